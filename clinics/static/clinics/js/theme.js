// Loaded before the first paint, so that a chosen theme never flashes the other one.
// "auto" is the absence of a choice: then the CSS follows the device.
try {
  const chosen = localStorage.getItem("theme");
  if (chosen === "light" || chosen === "dark") document.documentElement.dataset.theme = chosen;
} catch {
  // Storage can be switched off; the device's theme is a fine answer.
}
document.documentElement.classList.add("js");
