// An answer that asks for help now shows what to do at once, before sending and without a connection.
// Which answers these are the server has written beside each question; sending works without this file.

const place = document.querySelector("[data-help]");
const advice = document.getElementById("help-template");

function show() {
  const urgent = [...document.querySelectorAll("[data-urgent]")].some((card) => {
    const chosen = card.querySelector("input:checked");
    return chosen !== null && card.dataset.urgent.split(" ").includes(chosen.value);
  });
  if (urgent === place.hasChildNodes()) return;
  if (urgent) {
    place.append(advice.content.cloneNode(true));
    place.scrollIntoView({ block: "nearest" });
  } else place.replaceChildren();
}

document.addEventListener("change", show);
show();
