/* The desk's form under a clerk's hands. Without it every button still works; see templates/complaints/desk/intake.html.
   Finding (arrows, Enter) · the right column follows what is typed · drafts put back. */

const $ = (selector) => document.querySelector(selector);
const hits = () => [...document.querySelectorAll("#people [data-hit]")];
const composing = (event) => event.isComposing || event.keyCode === 229;

/* Finding: arrows go through what was found, Enter takes it ---------------------------------------- */
let waiting = false; // Enter came before the answer
let asked = ""; // what the list on the screen answers
let picked = {}; // what a look-up filled in
const WHO = ["name", "phone", "capacity", "where"];
const who = () => Object.fromEntries(WHO.map((name) => [name, $(`#id_${name}`)?.value ?? ""]));

function mark(hit) {
  const find = $("#id_find");
  hits().forEach((other) => {
    other.classList.toggle("is-here", other === hit);
    other.setAttribute("aria-selected", String(other === hit));
  });
  find.setAttribute("aria-expanded", String(hits().length > 0));
  if (hit) {
    hit.id ||= `hit-${hits().indexOf(hit)}`;
    find.setAttribute("aria-activedescendant", hit.id);
    hit.scrollIntoView({ block: "nearest" });
  } else find.removeAttribute("aria-activedescendant");
}

const here = () => $("#people .is-here") ?? hits()[0];

function step(by) {
  const list = hits();
  if (list.length) mark(list[(list.indexOf(here()) + by + list.length) % list.length]);
}

function take() {
  const list = hits();
  if (list.length === 1 || (list.length && !waiting)) here().click();
  else if (!list.length) writeDown();
  waiting = false;
}

/* Whom an earlier look-up filled in is not whom the next one asks for: what is still as it was goes. */
function letGo() {
  if (!$("#id_owner")?.value || !$("#people [data-hit][name=pick], #people [data-as]")) return;
  Object.entries(picked.name === undefined ? who() : picked).forEach(([name, value]) => {
    const field = $(`#id_${name}`);
    if (field && field.value === value) field.value = "";
  });
  $("#id_owner").value = "";
  picked = {};
  $("#id_name").dispatchEvent(new Event("input", { bubbles: true })); // out of the draft too
  if (!waiting) look(); // else whoever was found is taken at once, and brings his column along
}

/* Who is in no register is written down where it belongs; four digits may be a phone's end or a room, so nowhere. */
function writeDown() {
  const as = $("#people [data-as]")?.dataset.as;
  if (!as) return;
  const field = $(`#id_${as}`);
  if (!field.value.trim()) field.value = asked.trim();
  field.dispatchEvent(new Event("change", { bubbles: true }));
  field.focus();
}

document.addEventListener("keydown", (event) => {
  const find = event.target;
  if (find.id !== "id_find" || composing(event) || event.ctrlKey || event.metaKey) return;
  if (event.key === "ArrowDown" || event.key === "ArrowUp") {
    event.preventDefault();
    step(event.key === "ArrowDown" ? 1 : -1);
  } else if (event.key === "Escape" && hits().length) {
    event.preventDefault();
    $("#people").replaceChildren();
    mark(null);
  } else if (event.key === "Enter" && find.value.trim()) {
    event.preventDefault();
    if (asked === find.value && $("#people").childElementCount) take();
    else {
      waiting = true;
      find.dispatchEvent(new Event("seek"));
    }
  }
}, true);

document.addEventListener("htmx:after:swap", (event) => {
  const target = event.detail.ctx?.target ?? event.target;
  if (target.id === "danger-ask") target.firstElementChild?.scrollIntoView({ block: "nearest" });
  else if (target.id === "people") {
    asked = $("#id_find").value;
    mark(hits()[0] ?? null);
    letGo();
    if (waiting) take();
  } else if (target.id === "who") {
    $("#beside").dispatchEvent(new Event("htmx:abort")); // a look still under way knows nothing of whom was picked
    asked = $("#id_find").value;
    mark(null);
    picked = who();
    $("#id_content").focus();
    $("#id_name").dispatchEvent(new Event("input", { bubbles: true })); // keep it in the draft
  } else if (target.id === "desk" || target.querySelector?.("#desk")) {
    ($("#pasted") ?? $("#id_estate"))?.focus();
  }
});

/* The right column follows --------------------------------------------------------------------------- */
const TELLING = ["name", "phone", "where", "category", "channel", "external_number", "external_unit", "external_due_at"];
const look = () => $("#beside")?.dispatchEvent(new Event("look"));

document.addEventListener("change", (event) => {
  if (event.target.form?.id === "desk" && TELLING.includes(event.target.name)) look();
});

/* An order's number is looked up while it is typed: the case it is already must be seen before the rest is. */
let lookTimer;
document.addEventListener("input", (event) => {
  if (event.target.id !== "id_external_number" || composing(event)) return;
  clearTimeout(lookTimer);
  lookTimer = setTimeout(look, 300);
});

/* A draft put back (app.js has done it by now): the folds that hold something open, the estate and the
   right column follow, as soon as htmx listens. */
function restored() {
  const form = $("#desk:has(.draft-note)");
  if (!form) return;
  form.querySelectorAll("details.fold").forEach((fold) => {
    fold.open ||= [...fold.querySelectorAll("input")].some((e) => e.checked !== e.defaultChecked || e.value !== e.defaultValue);
  });
  const estate = $("#id_estate");
  if (estate && !estate.selectedOptions[0]?.defaultSelected) estate.dispatchEvent(new Event("change", { bubbles: true }));
  else look();
}
if ($("#beside")?.matches("[data-htmx-powered]")) restored();
else document.addEventListener("htmx:after:process", restored, { once: true });

document.addEventListener("reset", (event) => {
  if (event.target.id === "desk") setTimeout(look);
});
