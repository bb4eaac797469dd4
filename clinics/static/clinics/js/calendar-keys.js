// The drawn calendar by keyboard: one appointment is the way in by Tab, arrows lead on, letters do what the links do.

const box = document.getElementById("calendar");
const appointments = () => [...(box?.querySelectorAll(".ec-event.appointment[tabindex]") ?? [])];

function wayIn(chosen) {
  for (const one of appointments()) one.setAttribute("tabindex", one === chosen ? "0" : "-1");
}

const KEEP = "calendar-keys";
const keysOn = () => localStorage.getItem(KEEP) !== "off";
const typing = (target) => target.closest("input, select, textarea, dialog[open], [contenteditable]") !== null;

// From one appointment to the next: up and down in the column, across to the nearest in height.
function neighbour(from, key) {
  const here = from.getBoundingClientRect();
  const middle = (rect) => [(rect.left + rect.right) / 2, (rect.top + rect.bottom) / 2];
  const [x, y] = middle(here);
  const across = key === "ArrowLeft" || key === "ArrowRight";
  const sign = key === "ArrowLeft" || key === "ArrowUp" ? -1 : 1;
  const far = (rect) => {
    const [atX, atY] = middle(rect);
    const along = (across ? atX - x : atY - y) * sign;
    const aside = Math.abs(across ? atY - y : atX - x);
    const reach = across ? here.width / 2 : 1;
    return along < reach || (!across && aside > here.width / 2) ? Infinity : along + (across ? aside / 4 : aside);
  };
  const ranked = appointments()
    .filter((one) => one !== from)
    .map((one) => [far(one.getBoundingClientRect()), one])
    .sort(([one], [other]) => one - other);
  return ranked.length && ranked[0][0] < Infinity ? ranked[0][1] : null;
}

function onKey(event) {
  if (event.ctrlKey || event.metaKey || event.altKey || typing(event.target)) return;
  const from = event.target.closest(".ec-event.appointment");
  if (from && event.key.startsWith("Arrow")) {
    const next = neighbour(from, event.key);
    event.preventDefault();
    if (!next) return;
    next.focus();
    next.scrollIntoView({ block: "nearest", inline: "nearest" });
    return;
  }
  if (!keysOn()) return;
  const name = { t: "today", n: "new", ArrowLeft: "left", ArrowRight: "right" }[event.key];
  if (event.key === "?") document.getElementById("calendar-keys").showModal();
  else if (name) document.querySelector(`[data-key=${name}]`)?.click();
}

box?.addEventListener("drawn", () => wayIn(appointments().find((one) => one === document.activeElement) ?? appointments()[0]));
box?.addEventListener("focusin", ({ target }) => {
  if (target.matches(".ec-event.appointment")) wayIn(target);
});
document.addEventListener("keydown", onKey);
const choice = document.getElementById("calendar-keys-on");
choice.checked = keysOn();
choice.addEventListener("change", () => localStorage.setItem(KEEP, choice.checked ? "on" : "off"));
