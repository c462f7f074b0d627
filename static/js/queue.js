/* The queue under somebody's hands; without it rows, order, filters, acts on many and pages work all the same.
   Ticks · filters in place · a form over the list · keys · what is new. */

const $ = (selector, root = document) => root.querySelector(selector);
const $$ = (selector, root = document) => [...root.querySelectorAll(selector)];
const queue = () => $("#queue");
const boxes = () => $$(".q-row .item-check");

/* Ticks: all of the page, a run with Shift, how many ------------------------------------------------ */
let last = null;

function count() {
  const all = boxes();
  const ticked = all.filter((box) => box.checked).length;
  const words = $(".bulk-words");
  const everything = $("#all")?.checked;
  if (words) words.textContent = everything ? $(".bulk-all").textContent.trim() : words.dataset.chosen.replace("{n}", ticked);
  const head = $("#tick-all");
  if (head) {
    head.hidden = !all.length;
    head.checked = ticked > 0 && ticked === all.length;
    head.indeterminate = ticked > 0 && ticked < all.length;
  }
  const none = $("[data-untick]");
  if (none) none.hidden = !ticked && !everything;
  $(".bulk")?.classList.toggle("is-idle", !ticked && !everything);
}

function tickAll(on) {
  boxes().forEach((box) => { box.checked = on; });
  if (!on && $("#all")) $("#all").checked = false;
  count();
}

document.addEventListener("click", (event) => {
  if (event.target.matches?.(".q-row .item-check")) {
    const all = boxes();
    const [from, to] = [all.indexOf(last), all.indexOf(event.target)].sort((a, b) => a - b);
    if (event.shiftKey && from >= 0) all.slice(from, to + 1).forEach((box) => { box.checked = event.target.checked; });
    last = event.target;
  }
  if (event.target.closest?.("[data-untick]")) tickAll(false);
});
document.addEventListener("change", (event) => {
  if (event.target.id === "tick-all") tickAll(event.target.checked);
  else if (event.target.matches?.(".item-check")) count();
  else if (event.target.form?.id === "filters") load(`${event.target.form.action}?${query(event.target.form)}`, event.target);
});

/* Filters in place: the address changes with each choice, and back goes back ------------------------- */
const query = (form) => new URLSearchParams([...new FormData(form)].filter(([name, value]) => value || name === "view")).toString();

async function load(url, field, push = true) {
  const here = queue();
  here.setAttribute("aria-busy", "true");
  const answer = await fetch(url, { credentials: "same-origin" }).catch(() => null);
  const page = answer?.ok && !answer.redirected ? new DOMParser().parseFromString(await answer.text(), "text/html") : null;
  const found = page?.getElementById("queue");
  if (!found) { location.assign(url); return; }
  here.replaceWith(document.adoptNode(found));
  if (push) history.pushState({ queue: true }, "", url);
  const again = field?.id ? document.getElementById(field.id) : null;
  again?.focus();
  document.dispatchEvent(new CustomEvent("htmx:after:swap"));
  countDown();
  count();
}
document.addEventListener("click", (event) => {
  const link = event.target.closest?.("a[data-swap]");
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
  event.preventDefault();
  load(link.href, link).then(() => $("#filters select")?.focus());
});
addEventListener("popstate", () => { if (queue()) load(location.href, null, false); });

/* A form over the list: the act of a row, without leaving the place ----------------------------------- */
document.addEventListener("click", async (event) => {
  const link = event.target.closest?.("a[data-here]");
  const dialog = $("#act");
  if (!link || !dialog?.showModal || event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
  event.preventDefault();
  const address = new URL(link.href);
  address.searchParams.set("next", (address.searchParams.get("next") ?? "").split("#")[0]); // a row of the same page would load nothing
  const answer = await fetch(address, { credentials: "same-origin", headers: { "HX-Request": "true" } }).catch(() => null);
  if (!answer?.ok || answer.redirected) { location.assign(link.href); return; }
  const move = $("#move");
  move.innerHTML = await answer.text();
  window.htmx?.process(move);
  dialog.showModal();
  document.dispatchEvent(new CustomEvent("htmx:after:swap"));
  $("input:not([type=hidden]), select, textarea", move)?.focus();
});
document.addEventListener("click", (event) => {
  if (!event.target.closest?.("#act [data-cancel]")) return;
  event.preventDefault();
  $("#act").close();
});

/* Back from it the list stands where it stood. */
const PLACE = "shouwen:queue-place";
function kept(act) {
  try { return act(sessionStorage); } catch { return null; } // forbidden: the list begins at its top
}
addEventListener("pagehide", () => {
  if ($("#act[open]")) kept((s) => s.setItem(PLACE, JSON.stringify([location.href, scrollY])));
});
const [place, height] = JSON.parse(kept((s) => s.getItem(PLACE)) ?? "[]");
if (place === location.href) scrollTo(0, height);
kept((s) => s.removeItem(PLACE));

/* Keys: x ticks the row, o opens it, a all of the page, f filters, c classifies ----------------------- */
const typing = (element) => element?.closest("input:not([type=checkbox]), textarea, select, [contenteditable]");
const row = () => document.activeElement?.closest(".q-row") ?? $(".q-row:hover");
const keys = {
  x: () => { const box = $(".item-check", row() ?? document.createElement("p")); if (box) { box.checked = !box.checked; last = box; count(); } },
  o: () => $(".item-title", row() ?? document.createElement("p"))?.click(),
  a: () => tickAll(!boxes().every((box) => box.checked)),
  f: () => $("#filters-link")?.click(),
  c: () => $(".item-act", row() ?? document.createElement("p"))?.click(),
};
document.addEventListener("keydown", (event) => {
  if (event.isComposing || event.keyCode === 229 || event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
  if (!keys[event.key] || !queue() || typing(event.target) || $("dialog[open]")) return;
  event.preventDefault();
  keys[event.key]();
});

/* What is new: asked every half minute while somebody looks; nothing moves before he asks for it ------- */
const EVERY = 30000;

async function ask() {
  const here = queue();
  if (document.hidden || !here || $("dialog[open]")) return;
  const asked = new URLSearchParams(location.search);
  asked.set("since", here.dataset.since);
  const answer = await fetch(`${here.dataset.fresh}?${asked}`, { credentials: "same-origin" }).catch(() => null);
  if (!answer?.ok || answer.redirected) return; // signed out, or away: the next click says so
  show(here, await answer.json());
}

function show(here, said) {
  for (const [slug, n] of Object.entries(said.counts)) {
    const tab = $(`[data-count="${slug}"] .count`, here);
    if (tab && tab.textContent !== String(n)) tab.textContent = n;
  }
  let some = 0;
  let changed = 0;
  for (const [number, [version, held]] of Object.entries(said.changed)) {
    const known = document.getElementById(number);
    if (!known) { if (held) some += 1; continue; }
    if (String(version) === known.dataset.v && held) continue;
    changed += 1;
    known.classList.add(held ? "is-changed" : "is-gone");
  }
  let bar = $(".fresh", here);
  if (!some && !changed) return;
  if (!bar) {
    bar = $("#fresh-note").content.firstElementChild.cloneNode(true);
    bar.addEventListener("click", () => load(location.href, null, false));
    bar.setAttribute("aria-live", "polite");
    ($(".queue", here) ?? $(".empty", here))?.before(bar);
  }
  const words = $("span", bar);
  words.textContent = [some && words.dataset.some.replace("{n}", some), changed && words.dataset.gone.replace("{n}", changed)].filter(Boolean).join(" · ");
}
if (queue()) {
  setInterval(ask, EVERY);
  document.addEventListener("visibilitychange", ask);
}

/* Ten seconds to take it back ------------------------------------------------------------------------ */
const countDown = () => $$("form[data-seconds]:not([data-known])").forEach((form) => {
  form.setAttribute("data-known", "");
  const ends = Date.now() + Number(form.dataset.seconds) * 1000;
  const left = $("[data-left]", form);
  const words = left.textContent;
  const timer = setInterval(() => {
    const n = Math.ceil((ends - Date.now()) / 1000);
    left.textContent = words.replace(/\d+/, n);
    if (n <= 0) { clearInterval(timer); form.remove(); }
  }, 500);
});
countDown();
count();

/* The tab that is open can be seen, however many there are */
document.querySelector(".queue-head .views > [aria-current]")?.scrollIntoView({ block: "nearest", inline: "nearest" });
