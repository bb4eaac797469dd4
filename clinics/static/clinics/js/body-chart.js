// Tapping a place of the body chart chooses it, and its side, in the form beside it. Without this file one chooses both
// from the form's lists: the server decides everything, here it only gets typed for you.

const formOf = () => document.querySelector("form[data-marks]");
const zonesOf = (place) => [...document.querySelectorAll(".zone")].filter((zone) => zone.dataset.place === place);

// Only the sides that a place has, and levels only where there are any.
function fit(form) {
  const place = form.elements.namedItem("place").value;
  const sides = new Set(zonesOf(place).map((zone) => zone.dataset.side));
  for (const radio of form.querySelectorAll("input[name=side]")) {
    radio.disabled = place !== "" && !sides.has(radio.value);
    if (radio.disabled) radio.checked = false;
    else if (sides.size === 1) radio.checked = true;
  }
  const both = form.elements.namedItem("both_sides");
  both.closest(".field").hidden = place !== "" && sides.size < 2;
  if (sides.size === 1) both.checked = false;
  const levels = form.querySelector("[data-levels]");
  if (levels) levels.hidden = !levels.dataset.levels.split(" ").includes(place);
  if (levels?.hidden) for (const list of levels.querySelectorAll("select")) list.value = "";
  show(form);
}

function show(form) {
  const place = form.elements.namedItem("place").value;
  const side = form.querySelector("input[name=side]:checked")?.value;
  const both = form.elements.namedItem("both_sides").checked;
  for (const zone of document.querySelectorAll(".zone.picked")) zone.classList.remove("picked");
  for (const zone of zonesOf(place))
    if (both ? zone.dataset.side !== "middle" : zone.dataset.side === side) zone.classList.add("picked");
}

document.addEventListener("click", (event) => {
  const zone = event.target.closest(".zone");
  const form = formOf();
  if (!zone || !form) return;
  form.elements.namedItem("place").value = zone.dataset.place;
  form.elements.namedItem("both_sides").checked = false;
  fit(form);
  form.querySelector(`input[name=side][value=${zone.dataset.side}]`).checked = true;
  show(form);
  const next = form.querySelector("input[name=kind]:checked") ?? form.querySelector("input[name=kind]");
  next.focus({ preventScroll: true });
  form.scrollIntoView({ block: "nearest", behavior: "smooth" });
});

document.addEventListener("change", (event) => {
  const form = event.target.closest("form[data-marks]");
  if (form) event.target.name === "place" ? fit(form) : show(form);
});

// The page as it comes, and after each swap by htmx: then the next place can be chosen, or what needs a look.
const start = () => formOf() && fit(formOf());
document.addEventListener("htmx:after:swap", () => {
  start();
  const next = formOf()?.querySelector("[autofocus]") ?? formOf()?.elements.namedItem("place");
  next?.focus({ preventScroll: true });
});
start();
