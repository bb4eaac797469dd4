// Answers that ask for help show what to do at once, before sending and without a connection.
// Which answers these are the server has written on the form; sending works without this file.

const form = document.querySelector("form[data-emergency]");
const place = document.querySelector("[data-help]");

// "a=yes b=yes+c=unsure": whether one of these is among what is chosen.
function asked(sets) {
  const said = new Set([...form.querySelectorAll("input:checked")].map((one) => `${one.name}=${one.value}`));
  return sets.split(" ").some((set) => set.split("+").every((one) => said.has(one)));
}

function show() {
  const level = asked(form.dataset.emergency) ? "help-emergency" : asked(form.dataset.today) ? "help-today-first" : "";
  if (place.dataset.shown === level) return;
  place.dataset.shown = level;
  if (!level) return place.replaceChildren();
  place.replaceChildren(document.getElementById(level).content.cloneNode(true));
  if (level === "help-emergency") place.scrollIntoView({ block: "start" });
}

if (form) {
  place.dataset.shown = "";
  form.addEventListener("change", show);
  show();
}
