/* What the words suggest is taken by one press: a click, or Alt+A for all of it. Nothing is set by itself. */

function take(button) {
  const form = button.closest("form");
  const name = button.dataset.take;
  const field = form?.elements[name];
  if (!field) return;
  field.value = button.dataset.value; // a select, or the radio buttons of a name
  const changed = field instanceof RadioNodeList ? form.querySelector(`[name="${CSS.escape(name)}"]:checked`) : field;
  if (document.activeElement === button) changed?.focus();
  for (const kind of ["input", "change"]) changed?.dispatchEvent(new Event(kind, { bubbles: true }));
}

const PATIENCE = 3000; // so long an Alt+A that came before the offers waits for them
let wanted = -PATIENCE;
const offers = (root) => [...root.querySelectorAll("[data-take]")];

document.addEventListener("click", (event) => {
  const button = event.target.closest?.("[data-take]");
  if (!button) return;
  event.preventDefault();
  take(button);
});

document.addEventListener("keydown", (event) => {
  if (event.isComposing || event.keyCode === 229 || !event.altKey || event.ctrlKey || event.metaKey || event.code !== "KeyA") return;
  const shown = offers(event.target.form ?? document).filter((button) => button.checkVisibility());
  const asked = document.getElementById("offers"); // where they come while somebody types
  if (!shown.length && !asked) return;
  event.preventDefault();
  shown.forEach(take);
  if (shown.length) return;
  wanted = event.timeStamp;
  asked.dispatchEvent(new Event("ask"));
});

document.addEventListener("htmx:after:swap", () => {
  const found = performance.now() - wanted < PATIENCE ? offers(document).filter((button) => button.checkVisibility()) : [];
  if (found.length) wanted = -PATIENCE;
  found.forEach(take);
});

document.addEventListener("input", (event) => { if (event.isTrusted) wanted = -PATIENCE; }); // he goes on typing

/* What is chosen is offered no longer; what is chosen otherwise neither. */
document.addEventListener("change", (event) => {
  const form = event.target.form;
  if (!form || event.target.matches("[data-take]")) return;
  for (const button of offers(form)) if (button.dataset.take === event.target.name) button.parentElement.remove();
  const list = form.querySelector(".offers");
  if (list && !offers(list).length) list.remove();
});
