/* What every page gains from JavaScript; nothing here is needed to work.
   Keys · forms (sent once, Enter goes on, drafts kept) · time left · menus · what htmx leaves open. */

const typing = (element) => element?.closest("input:not([type=checkbox]), textarea, select, [contenteditable]");
const composing = (event) => event.isComposing || event.keyCode === 229; // Enter that ends a Chinese word
const from = (id) => document.getElementById(id)?.content.firstElementChild.cloneNode(true);

/* Keys ------------------------------------------------------------------------------------------ */
const openShortcuts = () => document.getElementById("shortcuts")?.showModal();

function stepRow(by) {
  const rows = [...document.querySelectorAll(".item-title")];
  const here = document.activeElement.closest(".q-row, .item")?.querySelector(".item-title");
  const at = rows.indexOf(here);
  rows[at < 0 ? 0 : Math.min(Math.max(at + by, 0), rows.length - 1)]?.focus();
}

function focusSearch() {
  const field = document.querySelector("[data-hotkey='/']");
  field?.focus();
  field?.select();
}

const keys = { "/": focusSearch, "、": focusSearch, "?": openShortcuts, "？": openShortcuts, j: () => stepRow(1), k: () => stepRow(-1) };

document.addEventListener("keydown", (event) => {
  if (composing(event) || event.defaultPrevented) return;
  const form = event.target.form ?? event.target.closest?.("form");
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey) && form) {
    event.preventDefault();
    form.requestSubmit(form.querySelector("[data-default], .btn-primary[type=submit], button.btn-primary:not([type=button])"));
  } else if (event.key === "Enter" && form?.hasAttribute("data-enter-next")) {
    goOn(event, form);
  } else if (event.key === "Escape") {
    document.querySelectorAll("details.menu[open]").forEach((menu) => closeMenu(menu, true));
  } else if (keys[event.key] && !typing(event.target) && !event.ctrlKey && !event.metaKey && !event.altKey && !document.querySelector("dialog[open]")) {
    event.preventDefault();
    keys[event.key]();
  }
});

/* Enter goes to the next field; a button, a text area and a found result keep their own Enter. */
function goOn(event, form) {
  const here = event.target;
  if (!here.matches("input, select") || here.matches("[type=submit], [type=button], [type=file], [data-enter-own]")) return;
  event.preventDefault();
  const stops = [...form.elements].filter((e) => !e.disabled && e.type !== "hidden" && e.tabIndex >= 0 && e.checkVisibility() && e.matches("input, select, textarea, button:not([type=button])"));
  const next = stops.slice(stops.indexOf(here) + 1).find((e) => e.type !== "radio" || (e.name !== here.name && (e.checked || !form.querySelector(`[name="${CSS.escape(e.name)}"]:checked`))));
  next?.focus();
  if (next?.matches("input:not([type=checkbox], [type=radio])")) next.select?.();
}

/* A usual reason is put into its field; what was typed stays before it. */
document.addEventListener("click", (event) => {
  const chip = event.target.closest("[data-say]");
  const field = chip && document.getElementById(chip.dataset.say);
  if (!field || field.value.includes(chip.textContent)) return;
  field.value += chip.textContent;
  field.dispatchEvent(new Event("input", { bubbles: true }));
});

/* Forms are sent once --------------------------------------------------------------------------- */
function release(form) {
  form.removeAttribute("data-sent");
  form.querySelectorAll("[aria-disabled][data-was-sent]").forEach((button) => {
    button.removeAttribute("aria-disabled");
    button.removeAttribute("data-was-sent");
  });
}

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.method !== "post" || form.hasAttribute("data-many")) return;
  if (form.hasAttribute("data-sent")) {
    event.preventDefault();
    event.stopImmediatePropagation();
    return;
  }
  setTimeout(() => {
    if (event.defaultPrevented && !form.classList.contains("htmx-request")) return;
    form.setAttribute("data-sent", "");
    const button = event.submitter;
    if (button) {
      button.setAttribute("aria-disabled", "true");
      button.setAttribute("data-was-sent", "");
    }
    setTimeout(() => release(form), 10000); // a download leaves the page standing
  });
}, true);
addEventListener("pageshow", () => document.querySelectorAll("form[data-sent]").forEach(release));

/* Drafts: what was typed outlives an expired session and a closed tab, for a day, on this computer --- */
const DAY = 24 * 3600 * 1000;
const person = document.body.dataset.person ?? "guest";
const draftKey = (name) => `shouwen:draft:${person}:${name}`;
const kept = (e) => e.name && !e.disabled && ("keep" in e.dataset || !["hidden", "password", "file", "submit", "button"].includes(e.type));

function storage(act) {
  try { return act(localStorage); } catch { return null; } // full or forbidden: pages work without
}

function saveDraft(form) {
  const values = [];
  for (const e of form.elements) {
    if (!kept(e)) continue;
    if (e.type === "checkbox" || e.type === "radio") { if (e.checked) values.push([e.name, e.value, "on"]); }
    else if (e.multiple) for (const option of e.selectedOptions) values.push([e.name, option.value, "on"]);
    else if (e.value) values.push([e.name, e.value]);
  }
  const typed = [...form.elements].some((e) => kept(e) && (e.type === "checkbox" || e.type === "radio" ? e.checked !== e.defaultChecked : e.tagName === "SELECT" ? [...e.options].some((o) => o.selected !== o.defaultSelected) : e.value !== e.defaultValue));
  storage((s) => typed ? s.setItem(draftKey(form.dataset.draft), JSON.stringify({ at: Date.now(), values })) : s.removeItem(draftKey(form.dataset.draft)));
}

function restoreDraft(form) {
  if (form.querySelector(".error-summary, [aria-invalid=true]")) return; // the answer already holds what was typed
  const draft = storage((s) => JSON.parse(s.getItem(draftKey(form.dataset.draft))));
  if (!draft) return;
  const hidden = [...form.elements].filter((e) => kept(e) && e.type === "hidden").map((e) => [e.name, e.value]); // no reset empties them
  for (const e of form.elements) {
    if (!kept(e)) continue;
    const mine = draft.values.filter(([name]) => name === e.name);
    if (e.type === "checkbox" || e.type === "radio") e.checked = mine.some(([, value]) => value === e.value);
    else if (e.multiple) for (const option of e.options) option.selected = mine.some(([, value]) => value === option.value);
    else if (mine.length) e.value = mine[0][1];
  }
  form.dispatchEvent(new CustomEvent("draft:restored", { bubbles: true }));
  const note = from("draft-note");
  note.querySelector("button").addEventListener("click", () => {
    storage((s) => s.removeItem(draftKey(form.dataset.draft)));
    form.reset();
    hidden.forEach(([name, value]) => { form.elements[name].value = value; });
    note.remove();
    form.querySelector("input:not([type=hidden]), select, textarea")?.focus();
  });
  form.prepend(note);
}

storage((s) => {
  for (const key of Object.keys(s)) if (key.startsWith("shouwen:draft:") && !(Date.now() - JSON.parse(s.getItem(key))?.at < DAY)) s.removeItem(key);
});
document.querySelectorAll("[data-draft-clear]").forEach((e) => storage((s) => s.removeItem(draftKey(e.dataset.draftClear))));
function restoreDrafts() {
  document.querySelectorAll("form[data-draft]:not([data-known])").forEach((form) => {
    form.setAttribute("data-known", "");
    restoreDraft(form);
  });
}
restoreDrafts();

let draftTimer;
for (const kind of ["input", "change"]) document.addEventListener(kind, (event) => {
  const form = event.target.form?.closest("form[data-draft]");
  if (!form) return;
  clearTimeout(draftTimer);
  draftTimer = setTimeout(() => saveDraft(form), 250);
});
addEventListener("pagehide", () => document.querySelectorAll("form[data-draft]:not([data-sent])").forEach((form) => {
  if (draftTimer) saveDraft(form);
}));

/* Time left counts on by the server's clock, in place ---------------------------------------------- */
const meta = (name) => document.querySelector(`meta[name="${name}"]`)?.content;
const units = JSON.parse(meta("shouwen-units") ?? "{}");
const revisited = performance.getEntriesByType("navigation")[0]?.type === "back_forward";
const ahead = revisited || !meta("shouwen-now") ? 0 : Date.parse(meta("shouwen-now")) - Date.now();
const SIX_HOURS = 6 * 3600 * 1000;

/* As complaints/timewords.py: the two largest units, rounded down. */
function span(milliseconds) {
  const all = Math.floor(Math.abs(milliseconds) / 60000);
  const parts = [["d", Math.floor(all / 1440)], ["h", Math.floor(all / 60) % 24], ["min", all % 60]];
  const first = parts.findIndex(([, n]) => n);
  const shown = first < 0 ? [["min", 1]] : parts.slice(first, first + 2).filter(([, n]) => n);
  return shown.map(([unit, n]) => units[unit].replace("%(n)s", n)).join(" ");
}

function tick() {
  if (document.hidden) return;
  const now = Date.now() + ahead;
  document.querySelectorAll(".due time[data-left]").forEach((time) => {
    const due = Date.parse(time.dateTime);
    const over = now > due;
    const sentence = over ? time.dataset.over : time.dataset.left;
    if (sentence && (over || due - now < SIX_HOURS)) {
      const text = sentence.replace("{span}", span(due - now));
      if (time.textContent !== text) time.textContent = text;
    }
    const state = over ? "is-over" : now > Date.parse(time.dataset.soon) ? "is-soon" : null;
    const mark = time.closest(".due");
    if (state && !mark.classList.contains(state)) {
      mark.classList.remove("is-calm", "is-today", "is-soon");
      mark.classList.add(state);
    }
  });
}
if (units.h) {
  setInterval(tick, 20000);
  document.addEventListener("visibilitychange", tick);
}

/* Menus, notes, confirmations ---------------------------------------------------------------------- */
function closeMenu(menu, refocus) {
  if (refocus && menu.contains(document.activeElement)) menu.querySelector("summary").focus();
  menu.open = false;
}
document.addEventListener("click", (event) => {
  document.querySelectorAll("details.menu[open]").forEach((menu) => { if (!menu.contains(event.target)) closeMenu(menu); });
  const target = event.target.closest?.("[data-open], [data-close-note], [data-print]");
  if (target?.matches("[data-open]")) { target.closest("details")?.removeAttribute("open"); openShortcuts(); }
  if (target?.matches("[data-close-note]")) target.closest(".note").remove();
  if (target?.matches("[data-print]")) print();
});

/* Days and files in the page's language: the browser's own calendar behind a button, the names of what was chosen */
function addCalendar(field) {
  const own = Object.assign(document.createElement("input"), { type: field.dataset.pick, tabIndex: -1, className: "pick-own" });
  if (!own.showPicker || field.disabled) return;
  own.setAttribute("aria-hidden", "true");
  const button = Object.assign(document.createElement("button"), { type: "button", className: "btn btn-quiet pick-open", textContent: field.dataset.words });
  const box = Object.assign(document.createElement("span"), { className: "pick" });
  field.replaceWith(box);
  box.append(field, button, own);
  button.addEventListener("click", () => {
    own.value = field.value.trim().replace(" ", "T");
    own.showPicker();
  });
  own.addEventListener("change", () => {
    field.value = own.value.replace("T", " ");
    for (const kind of ["input", "change"]) field.dispatchEvent(new Event(kind, { bubbles: true }));
    field.focus();
  });
}
function nameFiles(field) {
  const words = field.parentElement.querySelector(".file-names");
  const names = [...field.files].map((file) => file.name);
  words.textContent = names.length > 3 ? words.dataset.some.replace("%(n)s", names.length) : names.join(", ") || words.dataset.none;
}
document.addEventListener("change", (event) => { if (event.target.matches(".file-field input")) nameFiles(event.target); });
document.addEventListener("reset", (event) => setTimeout(() => event.target.querySelectorAll(".file-field input").forEach(nameFiles)));

/* What a page brings, and what htmx brings later */
function furnish(root) {
  root.querySelectorAll("input[data-pick]").forEach((field) => { if (!field.closest(".pick")) addCalendar(field); });
  root.querySelectorAll(".file-field input").forEach(nameFiles);
  root.querySelectorAll("[data-close-note], [data-open], [data-print]").forEach((e) => { e.hidden = false; });
  const first = root.querySelector("[data-focus]");
  first?.focus();
  first?.removeAttribute("data-focus"); // once: a later swap must not take the focus back
}
furnish(document);

/* htmx: an error of the server is told and swaps nothing; an expired session leads to the door ------- */
document.addEventListener("htmx:before:swap", (event) => {
  const answer = event.detail.ctx?.response?.raw;
  if (answer?.redirected && new URL(answer.url).pathname.includes("/accounts/login/")) {
    event.preventDefault();
    location.assign(`/accounts/login/?next=${encodeURIComponent(location.pathname + location.search)}`);
  }
});
document.addEventListener("htmx:after:swap", () => { furnish(document); restoreDrafts(); });
document.addEventListener("htmx:finally:request", (event) => {
  const form = event.target.closest?.("form");
  if (form) release(form);
});
for (const kind of ["htmx:error", "htmx:response:error"]) document.addEventListener(kind, (event) => {
  const status = event.detail.ctx?.response?.status;
  if (status && status < 500) return;
  const place = document.getElementById("messages");
  if (place && !place.querySelector("[data-failure]")) {
    const note = from("failure-note");
    note.setAttribute("data-failure", "");
    place.append(note);
    setTimeout(() => note.remove(), 12000);
  }
});
