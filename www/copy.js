// Copies a text for a button of the page; where the clipboard is refused, shows it beside the button, ready to be copied by hand.
// Loaded with the page, since some browsers grant the clipboard only in the very moment of a press.

const THANKS = 2_000; // ms

globalThis.interleave_copy = async ({ id, text }) => {
  const button = document.getElementById(id);
  const says = button.firstElementChild;
  const label = (button.dataset.label ??= says.textContent);
  try {
    await navigator.clipboard.writeText(text);
    says.textContent = "Copied";
    clearTimeout(button.later);
    button.later = setTimeout(() => (says.textContent = label), THANKS);
  } catch {
    const field = Object.assign(document.createElement("input"), { className: "by-hand", readOnly: true, value: text });
    field.setAttribute("aria-label", "Copy this by hand");
    field.addEventListener("blur", () => field.remove());
    button.parentElement.querySelector(".by-hand")?.remove();
    button.after(field);
    field.focus();
    field.select();
  }
};
