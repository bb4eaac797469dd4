// Keeps pages without any personal data for when there is no connection. Made by portal/views/offline.py: `pages` names
// for each address the page that stands in for it, `files` what these need. What people answer is not in here: the
// pages keep it in the browser's database, which a new release leaves alone.
const { version, pages, files } = {{ plan|safe }};
const OURS = "plumbline-check-";
const COPY = OURS + version;
const PATIENCE = 5_000; // a signal that is too weak is no connection either
const SERVER_GONE = [502, 503, 504];

async function fill() {
  const copy = await caches.open(COPY);
  const addresses = [...Object.values(pages), ...files];
  try {
    await Promise.all(addresses.map((address) => put(copy, address)));
  } catch (error) {
    await caches.delete(COPY); // all of it or nothing: the copy before stays in use
    throw error;
  }
  await self.skipWaiting();
}

// A redirect would be the sign-in page.
async function put(copy, address) {
  const answer = await fetch(address, { cache: "no-cache", redirect: "error" });
  if (!answer.ok) throw new Error(`${address}: ${answer.status}`);
  await copy.put(address, answer);
}

async function takeOver() {
  for (const name of await caches.keys()) if (name.startsWith(OURS) && name !== COPY) await caches.delete(name);
  await self.clients.claim();
}

const late = () => new Promise((_, reject) => setTimeout(reject, PATIENCE));
const copyOf = (address) => caches.match(address, { cacheName: COPY });

async function page(request, standIn) {
  const live = fetch(request);
  try {
    const answer = await Promise.race([live, late()]);
    if (!SERVER_GONE.includes(answer.status)) return answer;
  } catch {
    // No connection, or as good as none.
  }
  return (await copyOf(standIn)) ?? live;
}

async function file(request, address) {
  return (await copyOf(address)) ?? fetch(request);
}

self.addEventListener("install", (event) => event.waitUntil(fill()));
self.addEventListener("activate", (event) => event.waitUntil(takeOver()));
self.addEventListener("fetch", (event) => {
  const { request } = event;
  const { origin, pathname } = new URL(request.url);
  if (request.method !== "GET" || origin !== self.location.origin) return;
  if (request.mode === "navigate" && pathname in pages) event.respondWith(page(request, pages[pathname]));
  else if (files.includes(pathname)) event.respondWith(file(request, pathname));
});
