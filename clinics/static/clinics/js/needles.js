// Tapping on the body places the needling site whose fields were used last, or the last one. Without this file each
// needle stands where its muscle is drawn.

let current = null;

document.addEventListener("focusin", (event) => {
  const site = event.target.closest("[data-site]");
  if (site) current = site.querySelector("input[name$=-y]").name;
});

const siteToPlace = () => {
  const named = current && document.getElementsByName(current)[0];
  return named ? named.closest("[data-site]") : [...document.querySelectorAll("[data-site]")].at(-1);
};

document.addEventListener("click", (event) => {
  const chart = event.target.closest("svg.needles");
  const site = chart && siteToPlace();
  if (!site) return;
  const { width } = chart.viewBox.baseVal;
  const { x, y } = new DOMPoint(event.clientX, event.clientY).matrixTransform(chart.getScreenCTM().inverse());
  const { view, top, bottom } = chart.dataset;
  const share = (value) => String(Math.min(Math.max(Math.round(value * 1000), 0), 1000));
  const point = { view, x: share(x / width), y: share((y - top) / (bottom - top)) };
  for (const [name, value] of Object.entries(point)) site.querySelector(`input[name$=-${name}]`).value = value;
  site.querySelector("select[name$=-muscle]").dispatchEvent(new Event("change", { bubbles: true }));
});
