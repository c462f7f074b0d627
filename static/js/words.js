/* Words to a customer under somebody's hands: what is not said is marked while it is typed, with what to say
   instead; texts are inserted by choice or by /key. The server judges again (complaints/phrases.py), and does
   all of it without this. */

const DOTS = "[^\\S\\n]*[.．·•・…*_~—–-]*[^\\S\\n]*"; // what may stand between two characters of a phrase
const QUOTED = /「[^「」]{0,300}」|『[^『』]{0,300}』|“[^“”]{0,300}”|(?<![\p{L}\p{N}_])"[^"\n]{0,300}"(?![\p{L}\p{N}_])/gu;
const escaped = (text) => text.replace(/[\\^$.*+?()[\]{}|/-]/g, "\\$&");
const PROMISED = /[{｛]\s*(承诺时间|promised time)\s*[}｝]/iu;
const PLACEHOLDER = /[{｛][^{}｛｝\n]{1,30}[}｝]/u;

/* Phrases ------------------------------------------------------------------------------------------ */
function pattern(words, language) {
  if (language === "en") {
    const parts = words.trim().split("**").map((part) => escaped(part).replace(/\s+/g, "\\s+").replace(/['’]/g, "['’]"));
    return `(?<![\\p{L}\\p{N}_])${parts.join("[^.!?;:\\n]{0,40}?")}(?![\\p{L}\\p{N}_])`;
  }
  const parts = words.split("**").map((part) => [...part.replace(/\s/g, "")].map((char) => ("你您".includes(char) ? "[你您]" : "，,、".includes(char) ? "[，,、]?" : escaped(char))).join(DOTS));
  return parts.join("[^。！？!?；;：:\\n]{0,12}?");
}
const compiled = (words, language) => new RegExp(pattern(words, language), "giu");
const spans = (regex, text) => [...text.matchAll(regex)].map((hit) => [hit.index, hit.index + hit[0].length]);

const lists = new Map(); // address: the phrases, asked for once a page
function phrasesAt(url) {
  if (!lists.has(url)) {
    const asked = fetch(url, { headers: { Accept: "application/json" } }).then((answer) => (answer.ok ? answer.json() : { phrases: [] })).catch(() => ({ phrases: [] }));
    lists.set(url, asked.then(({ phrases }) => phrases.map((one) => ({ ...one, regex: compiled(one.words, one.language), longer: one.unless.map((words) => compiled(words, one.language)) }))));
  }
  return lists.get(url);
}

function find(text, phrases) {
  const own = text.replace(QUOTED, (quote) => "\n".repeat(quote.length));
  const hits = phrases.flatMap((phrase) => {
    const found = spans(phrase.regex, own);
    const right = found.length ? phrase.longer.flatMap((regex) => spans(regex, own)) : [];
    return found.filter(([from, to]) => !right.some(([start, end]) => start <= from && to <= end)).map(([from, to]) => ({ from, to, phrase }));
  });
  const kept = [];
  for (const hit of hits.sort((a, b) => b.to - b.from - (a.to - a.from) || a.from - b.from)) if (!kept.some((other) => hit.from < other.to && other.from < hit.to)) kept.push(hit);
  return kept.sort((a, b) => a.from - b.from);
}

/* What is typed by a script can be undone as if by hand. */
function put(area, from, to, text) {
  area.focus();
  area.setSelectionRange(from, to);
  if (document.execCommand("insertText", false, text)) return;
  area.setRangeText(text, from, to, "end");
  area.dispatchEvent(new Event("input", { bubbles: true }));
}

/* Marks: a layer behind the words, and a list below them ------------------------------------------- */
function watch(area, block) {
  const marks = document.createElement("div");
  marks.className = "phrase-marks";
  marks.setAttribute("aria-hidden", "true");
  const around = document.createElement("div");
  around.className = "phrase-words";
  const list = document.createElement("ul");
  list.className = "phrases-found";
  list.setAttribute("aria-live", "polite");
  const typing = document.activeElement === area;
  area.before(around);
  around.append(marks, area);
  around.after(list);
  if (typing) area.focus();
  const follow = () => {
    marks.style.width = `${area.clientWidth + 2}px`;
    marks.scrollTop = area.scrollTop;
  };
  let told = "";
  const look = async () => {
    const phrases = await phrasesAt(block.dataset.phrases);
    const text = area.value;
    const hits = find(text, phrases);
    marks.replaceChildren(...layered(text, hits));
    follow();
    const kinds = hits.filter((hit, n) => hits.findIndex((other) => other.phrase === hit.phrase) === n);
    const now = JSON.stringify(kinds.map((hit) => [hit.phrase.pk, text.slice(hit.from, hit.to)]));
    if (now !== told) list.replaceChildren(...kinds.map((hit) => line(area, block, hit, text.slice(hit.from, hit.to), phrases)));
    told = now;
    area.closest("form").querySelector(".phrases-found.is-sent")?.remove(); // what the server pointed out is looked at here now
  };
  area.addEventListener("input", look);
  area.addEventListener("scroll", follow);
  area.form.addEventListener("draft:restored", look);
  area.form.addEventListener("reset", () => setTimeout(look));
  if (area.value) look();
}

function layered(text, hits) {
  const nodes = [];
  let at = 0;
  for (const { from, to } of hits) {
    const mark = document.createElement("mark");
    mark.textContent = text.slice(from, to);
    nodes.push(text.slice(at, from), mark);
    at = to;
  }
  return [...nodes, `${text.slice(at)}\n`];
}

function line(area, block, { phrase }, written, phrases) {
  const item = block.querySelector("template").content.firstElementChild.cloneNode(true);
  item.querySelector("[data-written]").textContent = written;
  item.querySelector("[data-why]").textContent = phrase.why;
  item.querySelector("[data-instead]").textContent = phrase.instead;
  const button = item.querySelector("button");
  if (!phrase.instead) {
    item.querySelector("[data-better]").remove();
    button.remove();
  }
  button.addEventListener("click", () => {
    for (const hit of find(area.value, phrases).reverse()) if (hit.phrase === phrase) put(area, hit.from, hit.to, phrase.instead);
  });
  return item;
}

/* Texts: chosen from the list, or by /key and a blank in the words ---------------------------------- */
function insert(form, option, area, from, to) {
  const text = option.dataset.text;
  const promised = form.elements.promised_at?.value;
  if (promised && PROMISED.test(text)) { // the time just typed goes into it: the server knows how it is written
    put(area, from, to, "");
    form.elements.template.value = option.value;
    const button = form.querySelector("button[name=insert]");
    button.dataset.ask = "";
    button.click();
    return;
  }
  const before = from > 0 && from === area.value.length && !/\n$/.test(area.value) && from === to ? "\n" : "";
  put(area, from, to, before + text);
  const open = PLACEHOLDER.exec(text); // what the case does not know is written next
  if (open) area.setSelectionRange(from + before.length + open.index, from + before.length + open.index + open[0].length);
}

document.addEventListener("click", (event) => {
  const button = event.target.closest?.("button[name=insert]");
  const area = button?.form?.elements.note;
  if (!area || "ask" in button.dataset) return;
  event.preventDefault();
  const option = button.form.elements.template.selectedOptions[0];
  if (option?.dataset.key) insert(button.form, option, area, area.value.length, area.value.length);
  else button.form.elements.template.focus();
});

document.addEventListener("keydown", (event) => {
  const area = event.target;
  if (event.isComposing || event.keyCode === 229 || ![" ", "Enter", "Tab"].includes(event.key)) return;
  if (event.ctrlKey || event.metaKey || event.altKey || event.shiftKey || area.name !== "note" || area.tagName !== "TEXTAREA") return;
  const at = area.selectionStart;
  const typed = /[/、／]([a-z][a-z0-9]*)$/.exec(area.value.slice(0, at));
  const options = [...(area.form?.elements.template?.options ?? [])];
  const option = typed && options.find((one) => one.dataset.key === typed[1]);
  if (!option) return;
  event.preventDefault();
  event.stopPropagation();
  insert(area.form, option, area, at - typed[0].length, at);
}, true);

function furnish() {
  document.querySelectorAll("[data-phrases]:not([data-known])").forEach((block) => {
    block.setAttribute("data-known", "");
    for (const name of ["note", "told"]) {
      const area = block.closest("form").elements[name];
      if (area?.tagName === "TEXTAREA") watch(area, block);
    }
  });
}
furnish();
document.addEventListener("htmx:after:swap", furnish);
