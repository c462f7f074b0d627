/* Step cards: at the desk only the one for the channel at hand (or for people in danger) is shown; open or folded
   is remembered of each person. Without this all of them stand there, folded. */

const wide = matchMedia("(min-width: 64rem)");
const token = () => document.querySelector("[name=csrfmiddlewaretoken]")?.value ?? "";
const set = new WeakSet(); // those this script has just opened: no choice of anybody's

function open(card) {
  if (!card.hasAttribute("data-usual") || card.open || !wide.matches) return;
  set.add(card);
  card.open = true;
}

function show() {
  const channel = document.getElementById("id_channel")?.value ?? "";
  const urgent = document.querySelector("#desk [name=urgent]")?.checked ?? false;
  for (const card of document.querySelectorAll(".step-card")) {
    if (card.hasAttribute("data-channels")) card.hidden = urgent || !card.dataset.channels.split(" ").includes(channel);
    if (card.hasAttribute("data-urgent")) card.hidden = !urgent;
    open(card);
  }
}

document.addEventListener("toggle", ({ target }) => {
  if (!target.matches?.(".step-card")) return;
  if (set.delete(target)) return;
  target.removeAttribute("data-usual");
  fetch(target.dataset.fold, {
    method: "POST",
    headers: { "X-CSRFToken": token() },
    body: new URLSearchParams({ open: target.open ? "1" : "0" }),
  }).catch(() => {}); // it is open all the same
}, true);
document.addEventListener("change", ({ target }) => ["channel", "urgent"].includes(target.name) && show());
document.addEventListener("htmx:load", show);
show();
