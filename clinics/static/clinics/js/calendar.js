// The one place that knows the calendar library: what the server says goes in, what a hand does comes out.
// It draws, asks and puts back; whether something may be moved is the server's to say.
// Names come from people, so every word is put on the page as text, never as markup.

const box = document.getElementById("calendar");
const agenda = document.getElementById("agenda");
const wide = window.matchMedia("(width >= 48rem)");
const POLL = 4000;
const MINUTE = 60_000;
const KEPT = ["held", "offered"]; // nothing to open: somebody else's form, or an offer under way

let library = null; // the drawn calendar, once there is room for it
let shown = null; // what the server said last
let etag = "";
let busy = 0; // a hand is on the calendar, or an answer is due: nothing may change under it
let lost = 0; // questions without an answer, one after the other

// --- What the server says

const url = () => box?.dataset.url ?? agenda?.dataset.url;

async function ask() {
  const answer = await fetch(url(), { headers: etag ? { "If-None-Match": etag } : {}, cache: "no-store" });
  if (answer.redirected) window.location.reload(); // signed out meanwhile
  if (answer.status === 304) return null;
  if (!answer.ok) throw new Error(`the calendar's data: ${answer.status}`);
  const found = await answer.json();
  etag = answer.headers.get("ETag") ?? "";
  return found;
}

async function refresh() {
  if (document.hidden || busy) return;
  try {
    const found = await ask();
    connected(true);
    if (found && busy) etag = ""; // somebody took hold meanwhile: ask again later
    else if (found) show(found);
  } catch {
    connected(false);
  }
}

function connected(is) {
  const note = document.getElementById("calendar-lost");
  lost = is ? 0 : lost + 1;
  if (is) note.querySelector("b").textContent = new Date().toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" });
  note.hidden = lost < 2;
  library?.setOption("editable", lost < 2 && mayBook());
  library?.setOption("selectable", lost < 2 && mayBook());
}

function show(found) {
  const first = shown === null;
  const before = shown;
  shown = found;
  document.getElementById("calendar-says").textContent = found.says;
  if (box && wide.matches) {
    if (library) update(before ?? found);
    else draw();
  }
  if (!first) renewAgenda();
}

async function renewAgenda() {
  if (!agenda || agenda.offsetParent === null) return; // not in sight
  const page = new DOMParser().parseFromString(await (await fetch(window.location.href)).text(), "text/html");
  const fresh = page.getElementById("agenda");
  if (fresh) agenda.replaceChildren(...fresh.childNodes);
}

// --- What is drawn

const mayBook = () => box.dataset.new !== "";
const inRooms = () => box.dataset.view === "rooms";
const inWeek = () => box.dataset.view === "week";
const clock = (text) => text.slice(11);
const wall = (date) => {
  const two = (number) => String(number).padStart(2, "0");
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}T${two(date.getHours())}:${two(date.getMinutes())}`;
};
const later = (text, minutes) => {
  const date = new Date(`${text}:00Z`); // reckoned in UTC, where no hour is skipped: it is the wall's time
  return new Date(date.getTime() + minutes * MINUTE).toISOString().slice(0, 16);
};

function make(kind, name, text) {
  const element = document.createElement(kind);
  if (name) element.className = name;
  if (text) element.textContent = text;
  return element;
}

function icon(name) {
  const space = "http://www.w3.org/2000/svg";
  const svg = document.createElementNS(space, "svg");
  svg.setAttribute("class", "i");
  svg.setAttribute("aria-hidden", "true");
  const use = document.createElementNS(space, "use");
  use.setAttribute("href", `${box.dataset.sprite}#${name}`);
  svg.append(use);
  return svg;
}

function visitEvent(visit) {
  const [service, colour] = shown.services[visit.s];
  const [word, sign] = shown.words[visit.c];
  const beside = inRooms() ? shown.people[visit.t] : shown.rooms[visit.r];
  return {
    id: visit.i,
    resourceIds: [inRooms() ? visit.r : visit.t],
    start: visit.a,
    end: later(visit.a, visit.m),
    editable: !visit.fixed && mayBook(),
    classNames: ["appointment", visit.c, `tint-${colour}`, visit.double ? "double" : "", lines(visit.m)].filter(Boolean),
    extendedProps: { visit, service, word, sign, beside },
  };
}

function closedEvent([column, start, end, why], number) {
  return {
    id: `closed-${number}`,
    resourceIds: [column],
    start,
    end,
    display: "background",
    classNames: ["closed", why ? "why" : ""].filter(Boolean),
    extendedProps: { why },
  };
}

const allEvents = () => [...shown.visits.map(visitEvent), ...shown.closed.map(closedEvent)];

function content({ event }) {
  const { visit, service, word, sign, beside, why } = event.extendedProps;
  // What is being pulled open says its hours; a stretch that is closed says why.
  if (!visit) return { domNodes: [make("span", "", why ?? (event.display === "background" ? "" : pulled(event)))] };
  const inner = make("div", "inner");
  const time = `${clock(visit.a)}–${clock(later(visit.a, visit.m))}${visit.twice ? `, ${visit.twice}` : ""}`;
  const state = make("span", "how");
  state.append(icon(sign), make("span", "", visit.of ?? word));
  inner.append(make("b", "", visit.n), " ", make("span", "what", service), " ", state);
  for (const remark of [visit.twice, visit.double]) if (remark) inner.append(" ", make("span", "mark", remark));
  // What is read in the calendar comes first and in this order: whoever speaks to the device says what they see.
  const label = [visit.n, service, visit.of ?? word, visit.double, time, beside];
  inner.dataset.id = visit.i;
  inner.dataset.label = label.filter(Boolean).join(", ");
  inner.title = inner.dataset.label;
  return { domNodes: [inner] };
}

const pulled = ({ start, end }) => `${clock(wall(start))}–${clock(wall(end))}`;
const lines = (minutes) => (minutes < 30 ? "short" : minutes < 40 ? "half" : "");
const columns = () => shown.columns.map(({ i, n }) => ({ id: i, title: n }));

function draw() {
  const view = inWeek() ? "timeGridWeek" : "resourceTimeGridDay";
  const today = box.dataset.today === box.dataset.day;
  library = window.EventCalendar.create(box, {
    view,
    date: box.dataset.day,
    firstDay: 1,
    timeZone: box.dataset.offset, // of the location: the now-line is its clock's, not this device's
    locale: document.documentElement.lang,
    headerToolbar: false,
    allDaySlot: false,
    height: "100%",
    slotDuration: "00:15",
    slotLabelInterval: "01:00",
    slotHeight: 24,
    slotMinTime: shown.min,
    slotMaxTime: shown.max,
    slotLabelFormat: { hour: "2-digit", minute: "2-digit", hourCycle: "h23" },
    eventTimeFormat: { hour: "2-digit", minute: "2-digit", hourCycle: "h23" },
    dayHeaderFormat: (date) => shown.days[wall(date).slice(0, 10)],
    scrollTime: today ? `${String(Math.max(0, Number(box.dataset.now.slice(0, 2)) - 1)).padStart(2, "0")}:00` : shown.min,
    slotEventOverlap: false, // a double booking stands beside the other, in sight
    columnWidth: inWeek() ? undefined : "minmax(5.5rem, 1fr)",
    nowIndicator: true,
    editable: mayBook(),
    selectable: mayBook(),
    longPressDelay: 400,
    resources: columns(),
    events: allEvents(),
    eventContent: content,
    eventClick: ({ event }) => open(event.extendedProps.visit),
    eventDrop: moved,
    eventResize: moved,
    select: (range) => create(range, range.resource),
    dateClick: (place) => create(place, place.resource),
    viewDidMount: () => setTimeout(tidy),
    eventAllUpdated: tidy,
  });
  box.querySelector(":scope > .bone")?.remove();
  box.setAttribute("aria-busy", "false");
  requestAnimationFrame(() => {
    tidy();
    land();
  });
}

// Only what differs is touched, so nothing flickers and the focus stays where it is.
function update(before) {
  const same = (one, other) => JSON.stringify(one) === JSON.stringify(other);
  const words = (found) => [found.services, found.words, inRooms() ? found.people : found.rooms];
  for (const [option, value] of [["slotMinTime", shown.min], ["slotMaxTime", shown.max]])
    if (library.getOption(option) !== value) library.setOption(option, value);
  if (!same(before.columns, shown.columns)) library.setOption("resources", columns());
  if (!same(before.closed, shown.closed) || !same(words(before), words(shown))) {
    library.setOption("events", allEvents());
    return;
  }
  const old = new Map(before.visits.map((visit) => [visit.i, visit]));
  for (const visit of shown.visits) {
    if (!old.has(visit.i)) library.addEvent(visitEvent(visit));
    else if (!same(old.get(visit.i), visit)) library.updateEvent(visitEvent(visit));
    old.delete(visit.i);
  }
  for (const id of old.keys()) library.removeEventById(id);
}

// The library calls a grid of buttons a table, which it is not; and each appointment says all it knows.
function tidy() {
  for (const part of box.querySelectorAll("[role=table]")) {
    part.setAttribute("role", "group");
    part.setAttribute("aria-label", box.getAttribute("aria-label"));
  }
  for (const part of box.querySelectorAll("[role=rowgroup], [role=row], [role=columnheader], [role=rowheader], [role=cell]"))
    part.removeAttribute("role");
  for (const part of box.querySelectorAll("[aria-colindex], [aria-colspan]")) {
    part.removeAttribute("aria-colindex");
    part.removeAttribute("aria-colspan");
  }
  for (const inner of box.querySelectorAll(".inner")) {
    const event = inner.closest(".ec-event");
    event?.setAttribute("aria-label", inner.dataset.label);
  }
  box.dispatchEvent(new Event("drawn"));
}

// What was just booked or moved: the address names it.
function land() {
  const id = window.location.hash.match(/^#visit-(\d+)$/)?.[1];
  const one = id && box.querySelector(`.inner[data-id="${id}"]`)?.closest(".ec-event");
  if (!one) return;
  history.replaceState(null, "", window.location.pathname + window.location.search);
  one.classList.add("landed");
  one.addEventListener("blur", () => one.classList.remove("landed"), { once: true });
  one.focus({ preventScroll: true });
  one.scrollIntoView({ block: "center", inline: "nearest" });
}

// --- What a hand does

function open(visit) {
  if (!visit || KEPT.includes(visit.c)) return;
  window.location.assign((visit.of ? box.dataset.class : box.dataset.appointment).replace("/0/", `/${visit.i}/`));
}

// A click says when it starts; a pull also how long, from half an hour on: a quarter is a click that slipped.
function create({ start, end, date }, resource) {
  if (!mayBook()) return;
  const [day, time] = wall(start ?? date).split("T");
  const place = inRooms() ? "room" : "therapist";
  const query = new URLSearchParams({ [place]: resource?.id ?? box.dataset.therapist, day, time });
  if (end && end - start > 15 * MINUTE) query.set("ends", clock(wall(end)));
  window.location.assign(`${box.dataset.new}?${query}`);
}

function placeOf(event, visit) {
  const [day, time] = wall(event.start).split("T");
  const column = Number(event.resourceIds[0]);
  return {
    day,
    time,
    minutes: Math.round((event.end - event.start) / MINUTE),
    therapist: inRooms() || inWeek() ? visit.t : column,
    room: inRooms() ? column : visit.r,
  };
}

async function moved({ event, oldEvent, revert }) {
  const { visit } = event.extendedProps;
  const before = placeOf(oldEvent, visit);
  const after = placeOf(event, visit);
  if (after.room === before.room && !inRooms()) delete after.room; // not in view here, so not chosen: any that is free will do
  await put(visit, before, after, revert);
}

async function put(visit, before, after, revert) {
  busy += 1;
  try {
    const { ok, said } = await post("drop", visit.i, { ...after, version: visit.v });
    if (ok) say("moved", said.text, { undo: () => undo(visit.i), quiet: () => quiet(visit.i) });
    else {
      revert();
      if (said.ask) say("asked", said.text, { anyway: () => put(visit, before, { ...after, outside_ok: "on" }, () => {}) });
      else say("refused", said.text, { ways: said.ways && (() => askByForm(said.ways, { ...before, ...after, version: visit.v })) });
    }
  } catch {
    revert();
    say("refused", document.getElementById("calendar-failed").textContent, {});
  } finally {
    busy -= 1;
    refresh();
  }
}

async function undo(id) {
  const { ok, said } = await post("undo", id, {});
  say(ok ? "done" : "refused", said.text, {});
  refresh();
}

async function quiet(id) {
  const { ok, said } = await post("quiet", id, {});
  say(ok ? "done" : "refused", said.text, {});
}

// The same wish, sent by the form of the appointment's page: it answers with other times.
function askByForm(address, { day, time, minutes, ...rest }) {
  const form = document.getElementById("calendar-form");
  const facts = { ...rest, day, time, ends: clock(later(`${day}T${time}`, minutes)) };
  for (const [name, value] of Object.entries(facts)) {
    const field = make("input");
    Object.assign(field, { type: "hidden", name, value });
    form.append(field);
  }
  form.action = address;
  form.submit();
}

async function post(what, id, facts) {
  const form = new FormData(document.getElementById("calendar-form"));
  for (const [name, value] of Object.entries(facts)) form.set(name, value);
  const answer = await fetch(box.dataset[what].replace("/0/", `/${id}/`), {
    method: "POST",
    headers: { Accept: "application/json" },
    body: form,
  });
  if (answer.redirected) window.location.reload(); // signed out meanwhile
  return { ok: answer.ok, said: await answer.json() };
}

// One word at a time: what was said before is not true any more.
function say(kind, text, { undo: back, quiet: hush, ways, anyway }) {
  const list = document.querySelector(".toasts");
  for (const old of list.querySelectorAll(".from-calendar")) old.remove();
  const item = document.getElementById(`calendar-${kind}`).content.firstElementChild.cloneNode(true);
  item.classList.add("from-calendar");
  item.querySelector("span").textContent = text;
  for (const [name, act] of [["undo", back], ["quiet", hush], ["ways", ways], ["anyway", anyway]]) {
    const button = item.querySelector(`[data-act=${name}]`);
    if (!act) button?.remove();
    button?.addEventListener("click", (event) => {
      event.preventDefault(); // of the form around Undo, which is for pages without this file
      item.remove();
      act();
    });
  }
  list.append(item);
}

// --- Begin

if (url()) {
  document.addEventListener("visibilitychange", refresh);
  setInterval(refresh, POLL);
  refresh();
}
if (box) {
  let held = false;
  box.addEventListener("pointerdown", () => {
    if (!held) busy += 1;
    held = true;
  });
  for (const kind of ["pointerup", "pointercancel"])
    window.addEventListener(kind, () => {
      if (held) setTimeout(() => (busy -= 1)); // once the library has told what was done
      held = false;
    });
  // Turned or widened: the calendar is drawn as soon as there is room for it, and lists are renewed when they show.
  wide.addEventListener("change", () => {
    if (wide.matches && shown && !library) draw();
    else renewAgenda();
  });
}
for (const field of document.querySelectorAll(".calendar-filter select"))
  field.addEventListener("change", () => field.form.requestSubmit());
