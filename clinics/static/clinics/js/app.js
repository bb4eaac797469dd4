// Small manners of the page. Everything works without this file, and nothing here knows a rule of the product.
// A module, so it runs once the page is parsed.
// One listener for each kind of event on the document, so that parts swapped in later behave the same.

const root = document.documentElement;

function showTheme() {
  const chosen = root.dataset.theme ?? "auto";
  for (const button of document.querySelectorAll("[data-theme-choice]"))
    button.setAttribute("aria-pressed", String(button.dataset.themeChoice === chosen));
}

function chooseTheme(choice) {
  if (choice === "auto") delete root.dataset.theme;
  else root.dataset.theme = choice;
  try {
    if (choice === "auto") localStorage.removeItem("theme");
    else localStorage.setItem("theme", choice);
  } catch {
    // Not remembered, but in force for this page.
  }
  // After something was sent, whoever goes by keyboard or by ear goes on where it happened, not at the top of the page:
// at what the address names, else at what the page marks, else at what it says about it, else at its title.
const SENT = "sent-a-form";
document.addEventListener("submit", (event) => {
  if (!event.defaultPrevented) sessionStorage.setItem(SENT, "yes"); // htmx takes care of its own
});

function landing() {
  const named = window.location.hash && document.getElementById(decodeURIComponent(window.location.hash.slice(1)));
  return named || document.querySelector("[data-landing], .toasts > .toast, main h1");
}

function land() {
  const came = sessionStorage.getItem(SENT) !== null;
  sessionStorage.removeItem(SENT);
  const place = came && !document.querySelector("[autofocus]") && landing();
  if (!place) return;
  if (!place.matches("a, button, input, select, textarea, summary, [tabindex]")) place.tabIndex = -1;
  place.focus({ preventScroll: place.matches(".toast") });
}

land();
showTheme();
}

function step(button) {
  const input = button.closest(".stepper")?.querySelector("input");
  if (!input) return;
  const value = (Number.parseFloat(input.value) || 0) + Number(button.dataset.step);
  const low = input.min === "" ? 0 : Number(input.min);
  const high = input.max === "" ? Infinity : Number(input.max);
  input.value = String(Math.min(high, Math.max(low, value)));
  input.dispatchEvent(new Event("change", { bubbles: true }));
}

function toast(template) {
  const list = document.querySelector(".toasts");
  if (list && template) list.append(template.content.cloneNode(true));
}

// A toast that only confirms goes by itself; one that reports trouble stays until it is read.
function dismissLater(item) {
  let left = 8;
  const timer = setInterval(() => {
    if (item.matches(":hover") || (item.matches(":focus-within") && item !== document.activeElement)) return;
    left -= 1;
    if (left > 0) return;
    clearInterval(timer);
    item.remove();
  }, 1000);
}

document.addEventListener("click", (event) => {
  const target = event.target.closest("[data-theme-choice], [data-dismiss], [data-opens], [data-step], [data-print]");
  if (!target) return;
  if (target.dataset.themeChoice) chooseTheme(target.dataset.themeChoice);
  else if (target.dataset.step) step(target);
  else if (target.hasAttribute("data-print")) window.print();
  else if (target.dataset.opens) {
    const dialog = document.getElementById(target.dataset.opens);
    if (!(dialog instanceof HTMLDialogElement)) return; // the link's own address is the way without a dialog
    event.preventDefault();
    dialog.showModal();
  } else {
    const part = target.closest("dialog, .toast");
    if (part instanceof HTMLDialogElement) part.close();
    else part?.remove();
  }
});

// htmx swaps what a form answers (409, 422). What is left has no place in the page, so it is said in a toast.
for (const name of ["htmx:response:error", "htmx:error"])
  document.addEventListener(name, (event) => {
    const status = event.detail?.ctx?.response?.status;
    if (status !== 409 && status !== 422) toast(document.getElementById("toast-failed"));
  });

// A session that ended while the page was open answers with the sign-in page, which must not land inside a panel.
document.addEventListener("htmx:before:response", (event) => {
  const raw = event.detail?.ctx?.response?.raw;
  if (!raw?.redirected || new URL(raw.url).pathname !== document.body.dataset.signIn) return;
  event.preventDefault();
  window.location.reload();
});

// A form with data-guard holds work that is hard to type again: leaving it unsaved asks first.
// data-unsaved is the server's word that what it shows is typed and not kept yet.
let unsaved = document.querySelector("form[data-unsaved]") !== null;
document.addEventListener("input", (event) => {
  if (event.target.form?.hasAttribute("data-guard")) unsaved = true;
});
document.addEventListener("submit", (event) => {
  if (event.target.hasAttribute("data-guard")) unsaved = false;
});
window.addEventListener("beforeunload", (event) => {
  if (unsaved) event.preventDefault();
});

// A time that is held for a form is free again when the form is left, and not when it is sent.
let sent = false;
document.addEventListener("submit", (event) => {
  if (event.target.hasAttribute("data-release")) sent = true;
});
window.addEventListener("pagehide", () => {
  const form = document.querySelector("form[data-release]");
  const held = form?.elements.namedItem("hold");
  if (!held?.value || sent) return;
  const body = new FormData();
  for (const name of ["hold", "csrfmiddlewaretoken"]) body.set(name, form.elements.namedItem(name).value);
  navigator.sendBeacon(form.dataset.release, body);
});

showTheme();
for (const item of document.querySelectorAll(".toast[data-brief]")) dismissLater(item);
