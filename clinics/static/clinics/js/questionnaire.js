// Shows the questions of a questionnaire that the answers so far ask for. Without this file all of them stand there, and
// the server leaves out what was not asked: programs/instruments/asking.py, which this follows step by step.

const form = document.querySelector("form[data-questionnaire]");
const items = form ? [...form.querySelectorAll("[data-item]")] : [];
const COMPARE = {
  "=": (a, b) => a === b,
  "!=": (a, b) => a !== b,
  ">": (a, b) => a > b,
  "<": (a, b) => a < b,
  ">=": (a, b) => a >= b,
  "<=": (a, b) => a <= b,
};

function answerOf(item) {
  const field = item.dataset.name && form.elements.namedItem(item.dataset.name);
  const text = field ? field.value.trim() : "";
  if (text === "") return undefined;
  if (item.dataset.kind === "boolean") return text === "yes";
  if (item.dataset.kind === "integer" || item.dataset.kind === "decimal") return Number(text);
  return text;
}

function holds(condition, answer) {
  if (condition.operator === "exists") return (answer !== undefined) === Boolean(condition.answer);
  if (answer === undefined) return false;
  const isNumber = typeof condition.answer === "number";
  const given = isNumber && typeof answer === "string" && answer !== "" ? Number(answer) : answer;
  if (Number.isNaN(given) || typeof given !== typeof condition.answer) return false;
  return COMPARE[condition.operator](given, condition.answer);
}

function asks(item, answers) {
  const conditions = JSON.parse(item.dataset.when);
  if (conditions.length === 0) return true;
  const test = (one) => holds(one, answers.get(one.question));
  return item.dataset.all ? conditions.every(test) : conditions.some(test);
}

function askedNow(answers) {
  const found = new Set();
  let hiddenBelow = Infinity;
  for (const item of items) {
    const depth = Number(item.dataset.depth);
    if (depth > hiddenBelow) continue;
    hiddenBelow = Infinity;
    if (asks(item, answers)) found.add(item);
    else hiddenBelow = depth;
  }
  return found;
}

function show() {
  let found = new Set(items);
  for (const _round of items) {
    const heard = new Map([...found].map((item) => [item.dataset.item, answerOf(item)]));
    const following = askedNow(heard);
    if (following.size === found.size && [...following].every((item) => found.has(item))) break;
    found = following;
  }
  for (const item of items) item.hidden = !found.has(item);
}

if (form) {
  form.addEventListener("input", show);
  show();
}
