// Small helpers of what is loaded after a press: elements without markup in texts, a dialog, and copying.

/** An element; `on…` are listeners, other properties attributes (true: without a value; false and null: left out). */
export function el(tag, properties = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (value === true) element.setAttribute(name, "");
    else if (value !== false && value != null) element.setAttribute(name, value);
  }
  element.append(...children.flat().filter((child) => child != null));
  return element;
}

let sheet;

/** Loads the style sheet beside this file, once; also done when it cannot be loaded. */
function styled() {
  sheet ??= new Promise((done) => {
    const href = new URL("dialog.css", import.meta.url).href;
    document.head.append(el("link", { rel: "stylesheet", href, onload: done, onerror: done }));
  });
  return sheet;
}

/** Shows a modal dialog. Escape, its button and a press beside it close it; then it is gone, and `opener` has the focus. */
export async function show(id, title, opener, ...content) {
  if (document.getElementById(id)) return;
  const heading = el("h2", { id: `${id}-title`, tabindex: -1, autofocus: true }, title);
  const close = el("button", { type: "button", class: "close", "aria-label": "Close", onclick: () => dialog.close() }, "×");
  let pressed; // a selection may begin in a field and end beside the dialog
  const dialog = el(
    "dialog",
    {
      id,
      class: "later",
      "aria-labelledby": heading.id,
      onkeydown: (e) => e.stopPropagation(), // the page's own keys would stop a run, or search
      onpointerdown: (e) => (pressed = e.target),
      onclick: (e) => e.target === dialog && pressed === dialog && dialog.close(),
      onclose: () => {
        dialog.remove();
        opener?.focus();
      },
    },
    el("div", { class: "inside" }, el("header", {}, heading, close), ...content),
  );
  await styled();
  if (document.getElementById(id)) return; // pressed twice
  document.body.append(dialog);
  dialog.showModal();
}

/** Copies what `field` holds; where the clipboard is refused, it is selected to be copied by hand. */
export async function copy(field, button) {
  const before = (button.dataset.label ??= button.textContent);
  try {
    await navigator.clipboard.writeText(field.value);
    button.textContent = "Copied";
  } catch {
    field.focus();
    field.select();
    button.textContent = "Press Ctrl+C";
  }
  clearTimeout(button.later);
  button.later = setTimeout(() => (button.textContent = before), 2_000);
}

/** A line of text that can be copied: its name, the text, and a button. */
export function copyable(id, name) {
  const field = el("input", { id: `copied-${id}`, readonly: true, "data-copy": id, spellcheck: "false" });
  const button = el("button", { type: "button", "aria-label": `Copy ${name}`, onclick: () => copy(field, says) });
  const says = el("span", { "aria-live": "polite" }, "Copy");
  button.append(says);
  return [field, el("div", { class: "copyable" }, el("label", { for: field.id }, name), field, button)];
}
