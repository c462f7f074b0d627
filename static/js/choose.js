/* Type-ahead for every list: a select of five and more stays the select it is, with its label, its value and
   its way to be read aloud, and understands what is typed on it: words, pinyin, initials, digits, codes
   (data-keys, data-also: config/framework/search_keys.py). What fits is shown below it; Enter goes on.
   No input method gets between the keys and a select. A finger gets the phone's own picker, and of a long list
   a sheet with a field to search it. A field with a list of suggestions is served alike: its last word counts. */

const FEWEST = 5;
const LONG = 12; // options a finger goes through without searching
const MOST = 60; // shown of what fits; every option where nothing is typed yet
const serves = (e) => e?.tagName === "SELECT" && !e.multiple && e.size < 2 && !e.disabled && e.options.length >= FEWEST;
const plain = (text) => text.normalize("NFKC").toLowerCase();
const parts = (text) => plain(text).split(/[^\p{L}\p{N}|]+/u).filter(Boolean);

/* What is found -------------------------------------------------------------------------------------- */

/* Whether the typed letters are beginnings of the words from one on, none left out: w|j|j, wang|ji|j. */
function begins(words, at, typed) {
  if (!typed) return true;
  return at < words.length && words[at].split("|").some((word) => {
    let same = 0;
    while (same < word.length && word[same] === typed[same]) same += 1;
    for (; same; same -= 1) if (begins(words, at + 1, typed.slice(same))) return true;
    return false;
  });
}

const known = new WeakMap(); // option: its words
function wordsOf(option) {
  const label = option.text || option.value; // a suggestion has no words but its own
  const said = label + (option.dataset.keys ?? "");
  if (known.get(option)?.said !== said) known.set(option, { said, text: plain(label), own: [parts(option.dataset.keys ?? ""), parts(label)], also: parts(option.dataset.also ?? "") });
  return known.get(option);
}

/* How well an option fits, the smaller the better; Infinity: not at all. */
function rank(option, typed) {
  const { text, own, also } = wordsOf(option);
  const letters = parts(typed).join("");
  if (!letters) return Infinity;
  if (own.some((words) => begins(words, 0, letters))) return 0;
  if (own.some((words) => words.some((_word, at) => begins(words, at, letters)))) return 1;
  if (/^\d+$/.test(letters) && begins(parts(option.text).flatMap((word) => word.match(/\d+/g) ?? []), 0, letters)) return 1;
  if (text.includes(plain(typed).trim())) return 2;
  return also.some((word, at) => begins(also, at, letters) || (/^\d{3,}$/.test(letters) && word.endsWith(letters))) ? 3 : Infinity;
}

function fitting(select, typed) {
  const offered = [...select.options].filter((option) => !option.disabled && !option.hidden);
  return typed ? best(offered, typed) : offered;
}

function best(options, typed) {
  const ranked = options.filter((option) => option.value).map((option) => [rank(option, typed), option]);
  return ranked.filter(([n]) => n < Infinity).sort((a, b) => a[0] - b[0]).slice(0, MOST).map(([, option]) => option);
}

/* The list below the select -------------------------------------------------------------------------- */
let open = null; // { select, typed, before, shown, last }
const list = document.createElement("div");
list.className = "pick-list";
list.popover = "manual";
list.setAttribute("aria-hidden", "true"); // the select itself says what is chosen
const said = document.createElement("p");
said.className = "visually-hidden";
said.setAttribute("role", "status");

function begin(select) {
  if (open?.select === select) return;
  close();
  open = { select, typed: "", before: select.selectedIndex, shown: fitting(select, ""), last: 0 };
  select.classList.add("is-open");
}

function show() {
  const { select, typed, shown } = open;
  draw(typed, shown, select.selectedIndex < 0 ? -1 : shown.indexOf(select.options[select.selectedIndex]));
}

function draw(typed, shown, here) {
  const rows = [];
  if (typed) {
    const line = document.createElement("p");
    line.className = shown.length ? "pick-typed" : "pick-typed is-none";
    line.textContent = typed;
    rows.push(line);
  }
  let group = null;
  for (const [at, option] of shown.entries()) {
    const own = option.parentElement.label ?? "";
    if (!typed && own !== group && own) {
      const head = document.createElement("p");
      head.className = "pick-group";
      head.textContent = own;
      rows.push(head);
    }
    group = own;
    const row = document.createElement("div");
    row.className = at === here ? "pick-row is-here" : "pick-row";
    row.textContent = option.text || option.value;
    row.dataset.at = at;
    rows.push(row);
  }
  list.replaceChildren(...rows);
  if (!list.isConnected) document.body.append(list, said);
  list.showPopover();
  place();
  list.querySelector(".is-here")?.scrollIntoView({ block: "nearest" });
  said.textContent = typed ? `${typed}: ${here < 0 ? "–" : `${shown[here].text || shown[here].value}, ${here + 1}/${shown.length}`}` : "";
}

function place() {
  const box = open.select.getBoundingClientRect();
  const below = innerHeight - box.bottom - 8;
  const above = box.top - 8;
  const up = below < Math.min(list.scrollHeight, 240) && above > below;
  list.style.maxHeight = `${Math.min(Math.max(up ? above : below, 96), 352)}px`;
  list.style.minWidth = `${box.width}px`;
  list.style.left = `${Math.max(4, Math.min(box.left, innerWidth - list.offsetWidth - 4))}px`;
  list.style.top = up ? `${box.top - list.offsetHeight - 4}px` : `${box.bottom + 4}px`;
}

function take(option) {
  if (option) option.selected = true;
}

function type(typed) {
  open.typed = typed;
  open.shown = fitting(open.select, typed);
  if (typed) take(open.shown[0] ?? open.select.options[open.before]);
  else open.select.selectedIndex = open.before;
  show();
}

function close({ back = false } = {}) {
  if (!open) return;
  const { select, before, here } = open;
  if (here !== undefined) return void closeSuggestions();
  if (back) select.selectedIndex = before;
  open = null;
  select.classList.remove("is-open");
  if (list.matches(":popover-open")) list.hidePopover();
  said.textContent = "";
  if (select.selectedIndex !== before) for (const kind of ["input", "change"]) select.dispatchEvent(new Event(kind, { bubbles: true }));
}

/* Keys ----------------------------------------------------------------------------------------------- */
function typeKey(key, at) {
  const longer = open.typed + key;
  // After a rest, what goes on with nothing begins anew.
  type(open.typed && at - open.last > 1500 && !fitting(open.select, longer).length ? key : longer);
  open.last = at;
}

function step(by) {
  const { select, shown } = open;
  if (!shown.length) return;
  const at = shown.indexOf(select.options[select.selectedIndex]);
  take(shown[Math.min(Math.max(at + by, 0), shown.length - 1)]);
  show();
}

function onKey(event) {
  const select = event.target;
  if (open?.select === select && open.here !== undefined) return void onSuggestionKey(event);
  if (!serves(select) || event.isComposing || event.keyCode === 229 || event.defaultPrevented) return;
  if (event.ctrlKey || event.metaKey || event.key === "Tab" || event.key === "Enter") return void close();
  const mine = open?.select === select;
  const moves = { ArrowDown: 1, ArrowUp: -1, PageDown: 8, PageUp: -8 }[event.key];
  if ((event.key === " " && !(mine && open.typed)) || (event.altKey && moves && !mine)) {
    begin(select);
    show();
  } else if (event.altKey) return;
  else if (mine && moves) step(moves);
  else if (mine && event.key === "Escape") {
    close({ back: true });
    event.stopPropagation();
  } else if (mine && event.key === "Backspace" && open.typed) type(open.typed.slice(0, -1));
  else if (event.key.length === 1) {
    begin(select);
    typeKey(event.key, event.timeStamp);
  } else return;
  event.preventDefault(); // the browser's own search knows labels alone, and loses letters after a second
}

/* Suggestions of a field ------------------------------------------------------------------------------ */
const LAST = /[^,，、;；]*$/; // of several names

function suggest(input) {
  const typed = input.value.match(LAST)[0].trim();
  const shown = typed ? best([...(document.getElementById(input.dataset.list)?.options ?? [])], typed) : [];
  if (!shown.length || shown[0].value === typed) return close();
  if (open?.select !== input) close();
  // What was typed may be a stranger's name: Enter takes a suggestion that was found by its sound, or stepped to.
  open = { select: input, typed, shown, here: shown[0].value.toLowerCase().includes(typed.toLowerCase()) ? -1 : 0 };
  draw("", shown, open.here);
}

function onSuggestionKey(event) {
  const { shown, here } = open;
  const by = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (event.isComposing || event.keyCode === 229) return;
  if (by) {
    open.here = Math.min(Math.max(here + by, 0), shown.length - 1);
    draw("", shown, open.here);
    said.textContent = `${shown[open.here].value}, ${open.here + 1}/${shown.length}`;
  } else if (event.key === "Enter" && here >= 0 && !event.ctrlKey && !event.metaKey) put(shown[here]);
  else if (event.key === "Escape") {
    closeSuggestions();
    event.stopPropagation();
  } else return event.key === "Enter" ? closeSuggestions() : undefined;
  event.preventDefault();
}

function put(option) {
  const input = open.select;
  const before = input.value.slice(0, input.value.match(LAST).index);
  closeSuggestions();
  input.value = before + (before && !/\s$/.test(before) ? " " : "") + option.value;
  for (const kind of ["input", "change"]) input.dispatchEvent(new Event(kind, { bubbles: true }));
}

function closeSuggestions() {
  open = null;
  said.textContent = "";
  if (list.matches(":popover-open")) list.hidePopover();
}

/* A finger: a sheet with everything in it and a field to search ---------------------------------------- */
const words = document.getElementById("pick-sheet");
let pressed = null; // { select, x, y }

function openSheet(select) {
  const sheet = words.content.firstElementChild.cloneNode(true);
  const [head, field, rows] = ["h2", "input", ".pick-rows"].map((part) => sheet.querySelector(part));
  const none = sheet.querySelector(".pick-none");
  head.textContent = select.labels[0]?.innerText ?? select.getAttribute("aria-label") ?? "";
  const fill = () => {
    const shown = fitting(select, field.value.trim());
    none.hidden = shown.length > 0;
    rows.replaceChildren(...shown.map((option) => {
      const row = document.createElement("button");
      row.type = "button";
      row.className = option.selected ? "pick-row is-here" : "pick-row";
      row.textContent = option.text || "–";
      row.addEventListener("click", () => {
        const changed = !option.selected;
        option.selected = true;
        sheet.close();
        if (changed) for (const kind of ["input", "change"]) select.dispatchEvent(new Event(kind, { bubbles: true }));
      });
      return row;
    }));
  };
  field.addEventListener("input", fill);
  for (const kind of ["input", "change"]) field.addEventListener(kind, (event) => event.stopPropagation()); // nobody else's
  field.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.isComposing || event.keyCode === 229) return;
    event.preventDefault();
    if (field.value.trim()) rows.firstElementChild?.click();
  });
  sheet.addEventListener("close", () => sheet.remove());
  document.body.append(sheet);
  fill();
  sheet.showModal();
  rows.querySelector(".is-here")?.scrollIntoView({ block: "center" });
}

if (words) {
  document.addEventListener("touchstart", ({ target, touches }) => {
    const [touch] = touches;
    pressed = touches.length === 1 && serves(target) && target.options.length > LONG ? { select: target, x: touch.clientX, y: touch.clientY } : null;
  }, { capture: true, passive: true });
  document.addEventListener("touchmove", ({ touches: [touch] }) => {
    if (pressed && Math.hypot(touch.clientX - pressed.x, touch.clientY - pressed.y) > 10) pressed = null; // he scrolls
  }, { capture: true, passive: true });
  document.addEventListener("touchend", (event) => {
    if (!pressed || !event.cancelable) return;
    event.preventDefault(); // the phone's own picker
    openSheet(pressed.select);
    pressed = null;
  }, { capture: true, passive: false });
}

/* Without a list above all others there is none: the plain select is left as it is. */
if (list.showPopover) {
  let finger = false;
  document.addEventListener("keydown", onKey, true);
  document.addEventListener("pointerdown", (event) => { finger = event.pointerType !== "mouse"; }, true);
  document.addEventListener("mousedown", (event) => {
    if (list.contains(event.target)) {
      event.preventDefault(); // the select keeps the focus
      const row = event.target.closest(".pick-row");
      if (row && open.here !== undefined) put(open.shown[row.dataset.at]);
      else if (row) {
        take(open.shown[row.dataset.at]);
        close();
      }
    } else if (!finger && event.button === 0 && serves(event.target)) {
      event.preventDefault();
      event.target.focus();
      if (open?.select === event.target) return void close();
      begin(event.target);
      show();
    } else if (open) close();
  }, true);
  document.addEventListener("focusin", ({ target }) => {
    if (target.tagName !== "INPUT" || !target.getAttribute("list")) return;
    target.dataset.list = target.getAttribute("list");
    target.removeAttribute("list"); // the browser's own knows no pinyin
    target.autocomplete = "off";
  });
  document.addEventListener("input", ({ target, isTrusted }) => { if (isTrusted && target.dataset?.list) suggest(target); });
  document.addEventListener("focusout", (event) => { if (event.target === open?.select) close(); });
  addEventListener("scroll", (event) => { if (open && event.target !== list) place(); }, true);
  addEventListener("resize", () => { if (open) place(); });
}
