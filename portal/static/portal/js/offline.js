// The page that is there without a connection; and that whoever signs out leaves nothing on a phone that others use.

const PAGES = "plumbline-check-"; // what worker.js calls its copies
const place = document.querySelector("[data-worker]");

// Asked anew each time: another clinic, another number to call or a new release gives another copy.
async function keepPage(address) {
  const known = await navigator.serviceWorker.getRegistration(address);
  const now = await navigator.serviceWorker.register(address, { updateViaCache: "none" });
  if (known) await now.update();
}
if (place && "serviceWorker" in navigator) keepPage(place.dataset.worker).catch(() => {}); // then there is no copy yet

async function forgetPages() {
  for (const name of await caches.keys()) if (name.startsWith(PAGES)) await caches.delete(name);
  for (const one of await navigator.serviceWorker.getRegistrations()) await one.unregister();
}

async function forget(account) {
  for (const one of await window.outbox.ofAccount(account)) await window.outbox.remove(one.id);
}

async function leave(form) {
  await forget(form.dataset.account).catch(() => {});
  await forgetPages().catch(() => {});
  try {
    localStorage.removeItem("plumbline-owner");
  } catch {
    // Storage is switched off.
  }
  HTMLFormElement.prototype.submit.call(form);
}

document.addEventListener("submit", async (event) => {
  const form = event.target;
  // Without a connection nobody is signed out, so nothing is taken away either.
  if (!form.matches("form[data-account]") || !navigator.onLine) return;
  event.preventDefault();
  const unsent = await window.outbox.ofAccount(form.dataset.account).catch(() => []);
  if (unsent.length === 0) return leave(form);
  const dialog = document.getElementById("unsent");
  dialog.querySelector("[data-leave]").onclick = () => leave(form);
  dialog.showModal();
});
