// Keys of an assessment's form. It works without this file; what a value means is said by the server.
// N, P, = and A act inside a value's field only, where none of them can be part of a value.

const form = document.getElementById("assessment");
const FIELDS = "[data-value]";

function fieldsOf(scope) {
  return [...scope.querySelectorAll(FIELDS)].filter((field) => field.offsetParent !== null);
}

function put(field, value) {
  field.value = value;
  field.dispatchEvent(new Event("input", { bubbles: true }));
}

// M12-right, M12-right-tibia -> M12
function testOf(field) {
  return field.name.split("-")[0];
}

function show(name) {
  const found = form.elements.namedItem(name);
  if (!found) return null;
  const folded = found.closest("details");
  if (folded) folded.open = true;
  found.focus();
  return found;
}

function notTested(field) {
  const reason = show(`${testOf(field)}-skip`);
  if (reason && reason.value === "") put(reason, reason.options[1].value);
}

function fillNormal(grid) {
  const normal = grid.dataset.grid;
  for (const field of grid.querySelectorAll(FIELDS)) if (field.value === "") put(field, normal);
}

function onwards(field) {
  const all = fieldsOf(form);
  all[all.indexOf(field) + 1]?.focus();
}

// A letter that begins one of a list's answers is how the list itself is worked.
function choosesAnswer(field, key) {
  return field.tagName === "SELECT" && [...field.options].some((one) => one.text.toLowerCase().startsWith(key));
}

function act(field, key) {
  switch (key) {
    case "enter":
      return onwards(field);
    case "=":
      return field.dataset.was ? put(field, field.dataset.was) : undefined;
    case "n":  // what was measured was tested
      return field.value === "" ? notTested(field) : undefined;
    case "p":
      return show(`${testOf(field)}-${field.name.split("-")[1]}-pain`);
    case "a":
      return fillNormal(field.closest("[data-grid]"));
  }
}

form.addEventListener("keydown", (event) => {
  const field = event.target;
  const key = event.key.toLowerCase();
  if (event.ctrlKey || event.altKey || event.metaKey || event.isComposing) return;
  if (key === "enter" && field.matches("input:not([type=checkbox], [type=radio])")) event.preventDefault();
  if (!field.matches(FIELDS) || field.name.endsWith("-pain") && key === "p") return;
  if (!["enter", "=", "n", "p", "a"].includes(key) || choosesAnswer(field, key)) return;
  if (key === "a" && !field.closest("[data-grid]")) return;
  if (key === "enter" && field.tagName === "SELECT") return;
  event.preventDefault();
  act(field, key);
});

form.addEventListener("click", (event) => {
  const button = event.target.closest("[data-normal]");
  if (!button) return;
  event.preventDefault();
  fillNormal(button.closest("[data-grid]"));
});

// The keys open what is folded, so Tab goes from right to left to the next test. Without this file it stops there too.
for (const summary of form.querySelectorAll(".line > .extras > summary")) summary.tabIndex = -1;

// What is not saved yet asks before it is left. The server's answer to a save is the word that it is kept.
let unsaved = false;
form.addEventListener("input", () => {
  unsaved = true;
});
form.addEventListener("submit", () => {
  unsaved = false;
});
document.addEventListener("htmx:after:request", (event) => {
  if (event.detail?.ctx?.response?.status === 200) unsaved = false;
});
window.addEventListener("beforeunload", (event) => {
  if (unsaved) event.preventDefault();
});
