// The patient's check: what to do at once, before sending and without a connection, and what still waits on this phone.
// Which answers ask for help the server has written on the form; sending works without this file.

const kept = document.getElementById("kept");
const help = kept.querySelector("[data-help]");
const notes = kept.querySelector("[data-notes]");
const form = document.querySelector("form[data-emergency]");
const LEVELS = ["", "today", "emergency"];

let waiting = [];
let sent = null;
let again = false;
let busy = false;

const clone = (name) => document.getElementById(name).content.cloneNode(true);
const chosen = () => [...form.querySelectorAll("input:checked")];
const language = document.documentElement.lang;
const clock = new Intl.DateTimeFormat(language === "en" ? "en-GB" : language, { dateStyle: "medium", timeStyle: "short" });

// "a=yes b=yes+c=unsure": whether one of these is among what is chosen.
function asked(sets) {
  const said = new Set([...chosen().map((one) => `${one.name}=${one.value}`), ...window.outbox.ages]);
  return sets.split(" ").some((set) => set.split("+").every((one) => said.has(one)));
}

function levelOfForm() {
  if (!form || form.hidden) return "";
  return asked(form.dataset.emergency) ? "emergency" : asked(form.dataset.today) ? "today" : "";
}

// The most urgent of what is being answered, of what nobody knows of yet and of what has just been sent from here.
function advise() {
  const levels = [levelOfForm(), ...waiting.map((one) => one.level), sent?.level ?? ""];
  const level = LEVELS.findLast((one) => levels.includes(one));
  const [isNew, isKnown] = [levels[0] === level, levels.indexOf(level) === levels.length - 1];
  const shown = [level, isNew, isKnown].join();
  if (help.dataset.shown === shown) return;
  help.dataset.shown = shown;
  help.replaceChildren(...(level ? [clone(`help-${level}`)] : []));
  for (const part of help.querySelectorAll("[data-unsent]")) part.hidden = isKnown;
  for (const part of help.querySelectorAll("[data-known]")) part.hidden = !isKnown;
  if (!isNew) help.querySelector("[data-also-send]")?.remove();
  else if (level === "emergency") help.scrollIntoView({ block: "start" });
}

function note(one) {
  const card = clone("kept-one");
  card.querySelector("time").textContent = clock.format(one.at);
  for (const part of card.querySelectorAll("[data-if]")) part.hidden = !part.dataset.if.split(" ").includes(one.state);
  card.querySelector("[data-words]").textContent = one.words ?? "";
  card.querySelector("[data-remove]").dataset.remove = one.id;
  const anew = card.querySelector("[data-again]");
  anew.hidden = !form || !form.hidden;
  return card;
}

function sentNote() {
  const card = clone("kept-sent");
  card.querySelector("time").textContent = sent.received;
  return card;
}

async function draw() {
  if (busy) return;
  waiting = await window.outbox.mine().catch(() => []);
  for (const part of document.querySelectorAll("form[data-emergency], [data-intro]"))
    part.hidden = waiting.length > 0 && !again;
  notes.replaceChildren(...waiting.map(note), ...(sent ? [sentNote()] : []));
  advise();
}

document.addEventListener("outbox", ({ detail }) => {
  if (detail.state === "sent") sent = detail;
  draw();
});

// Kept first, then sent: whatever breaks off in between, the answers are still there.
async function submit(event) {
  event.preventDefault();
  const nothing = form.querySelector("[data-nothing]");
  nothing.hidden = chosen().length > 0;
  if (!nothing.hidden) return nothing.focus();
  const fields = chosen().map((one) => [one.name, one.value]);
  const url = new URL(form.action).pathname;
  let one;
  try {
    one = await window.outbox.keep({ url, fields, level: levelOfForm() });
  } catch {
    return cannotKeep();
  }
  await deliver(one);
}

async function deliver({ id }) {
  const button = form.querySelector("[type=submit]");
  let outcome = {};
  const listen = ({ detail }) => {
    if (detail.id === id) outcome = detail;
  };
  busy = true;
  button.setAttribute("aria-busy", "true");
  document.addEventListener("outbox", listen);
  await window.outbox.send();
  document.removeEventListener("outbox", listen);
  busy = false;
  button.removeAttribute("aria-busy");
  if (outcome.state === "sent") return window.location.assign(kept.dataset.sent);
  form.reset();
  again = false;
  sent = null;
  await draw();
  window.scrollTo({ top: 0 });
  notes.querySelector("h2")?.focus({ preventScroll: true });
}

// Without a place to keep them they can only be sent as they are, by a page that has a token.
function cannotKeep() {
  if (form.elements.namedItem("csrfmiddlewaretoken")) return HTMLFormElement.prototype.submit.call(form);
  notes.replaceChildren(clone("kept-not"));
  window.scrollTo({ top: 0 });
}

// The answers that stand stay; then on to the next part.
function sayNo(part) {
  for (const question of part.querySelectorAll("fieldset"))
    if (!question.querySelector("input:checked")) question.querySelector('input[value="no"]').checked = true;
  advise();
  const next = part.nextElementSibling;
  (next?.querySelector("h2") ?? next)?.focus();
}

document.addEventListener("click", async ({ target }) => {
  const button = target.closest("[data-send], [data-remove], [data-again]");
  if (!button) return;
  if (button.dataset.remove) await window.outbox.remove(button.dataset.remove);
  else if (button.hasAttribute("data-send")) await window.outbox.send({ again: true });
  else again = true;
  await draw();
});

if (form) {
  form.addEventListener("submit", submit);
  form.addEventListener("change", advise);
  for (const rest of form.querySelectorAll("[data-rest]")) {
    rest.hidden = false;
    rest.addEventListener("click", () => sayNo(rest.closest("section")));
  }
}
draw();

function showConnection() {
  for (const part of document.querySelectorAll("[data-no-connection]")) part.hidden = navigator.onLine;
}

// When there may be a connection again. Not every browser says so, hence the clock.
const sendSoon = () => document.visibilityState === "visible" && window.outbox.send();
for (const change of ["online", "offline"]) window.addEventListener(change, showConnection);
window.addEventListener("online", sendSoon);
document.addEventListener("visibilitychange", sendSoon);
setInterval(sendSoon, 60_000);
sendSoon();
