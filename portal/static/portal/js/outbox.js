// What waits on this phone for a connection, in the browser's own database, under a key that was made here: so sending
// twice is once. `owner` is the server's word for one patient's access in one clinic, `account` for the person who
// signs in; neither tells a name. What belongs to another owner is neither shown nor sent from here.
// Other pages that want to keep something put {url, fields} into the same store: the form at `url` takes it.

const DATABASE = "plumbline";
const STORE = "outbox";
const REMEMBERED = "plumbline-owner";
const WAIT = 15_000;
const FORGOTTEN = 30 * 24 * 60 * 60 * 1000; // somebody who does not come back: the server takes none of it any more

const here = document.getElementById("kept")?.dataset ?? {};
const channel = "BroadcastChannel" in window ? new BroadcastChannel("plumbline-outbox") : null;

function tell(detail) {
  document.dispatchEvent(new CustomEvent("outbox", { detail }));
}
channel?.addEventListener("message", (event) => tell(event.data));

function tellAll(detail) {
  tell(detail);
  channel?.postMessage(detail);
}

// The page without a connection names nobody; then it is whoever was signed in here last. Settled once: a page that
// stays open while somebody else signs in keeps to its own. `ages`: some answers weigh more from an age on; the check
// says which of these ages the patient has.
function whoIsHere() {
  let who = { owner: here.owner, account: here.account, ages: document.querySelector("[data-ages]")?.dataset.ages };
  try {
    const last = JSON.parse(localStorage.getItem(REMEMBERED)) ?? {};
    if (!who.owner) return last;
    if (who.owner === last.owner) who = { ...who, ages: who.ages ?? last.ages };
    localStorage.setItem(REMEMBERED, JSON.stringify(who));
  } catch {
    // Storage is switched off: nothing is kept then.
  }
  return who;
}
const { owner, account, ages } = whoIsHere();

function database() {
  return new Promise((resolve, reject) => {
    const request = indexedDB.open(DATABASE, 1);
    request.onupgradeneeded = () => request.result.createObjectStore(STORE, { keyPath: "id" });
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}

async function store(mode, act) {
  const opened = await database();
  try {
    return await new Promise((resolve, reject) => {
      const work = opened.transaction(STORE, mode, { durability: "strict" });
      const request = act(work.objectStore(STORE));
      work.oncomplete = () => resolve(request.result);
      work.onabort = () => reject(work.error);
    });
  } finally {
    opened.close();
  }
}

const all = async () => (await store("readonly", (box) => box.getAll())).sort((a, b) => a.at - b.at);
const ofAccount = async (name) => (await all()).filter((one) => one.account === name);

async function mine() {
  return owner ? (await all()).filter((one) => one.owner === owner) : [];
}

async function keep(values) {
  if (!owner) throw new Error("nobody has signed in here");
  const one = { id: crypto.randomUUID(), at: Date.now(), state: "new", ...values, owner, account };
  await store("readwrite", (box) => box.put(one));
  return one;
}

async function remove(id) {
  await store("readwrite", (box) => box.delete(id));
  tellAll({});
}

async function ask(url, body) {
  const method = body ? "POST" : "GET";
  const response = await fetch(url, { method, body, cache: "no-store", signal: AbortSignal.timeout(WAIT) });
  const page = new DOMParser().parseFromString(await response.text(), "text/html");
  return { status: response.status, path: new URL(response.url).pathname, date: response.headers.get("date"), page };
}

// A phone's clock may be wrong: the times are put right by the server's, as far as both are known now.
const ahead = (answer) => (Date.parse(answer.date) || Date.now()) - Date.now();

function letter(one, form, difference) {
  const body = new URLSearchParams(one.fields);
  body.set("client_id", one.id);
  body.set("owner", one.owner);
  body.set("answered_at", new Date(one.at + difference).toISOString());
  body.set("csrfmiddlewaretoken", form.elements.namedItem("csrfmiddlewaretoken").value);
  return body;
}

// In one word what became of it. Only "sent" takes it off this phone.
async function deliver(one) {
  const fresh = await ask(one.url);
  if (fresh.path === document.body.dataset.signIn) return { state: "signed-out" };
  if (fresh.status === 404) return { state: "closed" };
  const form = fresh.page.querySelector("form[data-keep]");
  if (fresh.status !== 200 || !form) return { state: "busy" };
  if (form.elements.namedItem("owner").value !== one.owner) return { state: "other" };
  return judged(await ask(one.url, letter(one, form, ahead(fresh))));
}

function judged({ status, page }) {
  const received = page.querySelector("[data-received]");
  if (status === 200 && received) return { state: "sent", received: received.textContent };
  if (status === 429 || status >= 500) return { state: "busy" };
  if (status === 403) return { state: "denied" };
  if (status === 404) return { state: "closed" };
  return { state: "refused", words: page.querySelector("main .note.stop")?.textContent.trim() ?? "" };
}

const BY_HAND = ["refused", "closed", "denied"]; // asking again by itself would be refused again
const GOES_ON = ["sent", ...BY_HAND];

async function sendAll(again) {
  for (const one of await mine()) {
    if (!again && BY_HAND.includes(one.state)) continue;
    const none = { state: "offline" };
    const outcome = navigator.onLine ? await deliver(one).catch(() => none) : none;
    if (outcome.state === "sent") await store("readwrite", (box) => box.delete(one.id));
    else await store("readwrite", (box) => box.put({ ...one, ...outcome }));
    tellAll({ id: one.id, level: one.level, ...outcome });
    if (!GOES_ON.includes(outcome.state)) return;
  }
}

// Two open pages send once: the second finds nothing left.
async function send({ again = false } = {}) {
  try {
    if (!(await mine()).length) return;
    if (navigator.locks) await navigator.locks.request("plumbline-outbox", () => sendAll(again));
    else await sendAll(again);
  } catch {
    // No database in this browser: nothing is kept, so nothing waits.
  }
}

async function forgetOld() {
  for (const one of await all())
    if (one.owner !== owner && Date.now() - one.at > FORGOTTEN) await store("readwrite", (box) => box.delete(one.id));
}

window.outbox = { ages: (ages ?? "").split(" "), keep, mine, ofAccount, remove, send };

forgetOld().catch(() => {});
