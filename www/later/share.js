// The dialog behind "Share": choose what a link shows, see it, and copy it as a link, a frame, a script or a badge.
import { copyable, el, show } from "./dom.js";
import { LONG, MAX_TASK, PANELS, choices, clean, link, snippets } from "./snippets.js";

const ROOT = new URL("..", import.meta.url);
const WIDE = matchMedia("(min-width: 900px)");
const KINDS = [
  ["link", "Link"],
  ["markdown", "Markdown link"],
  ["iframe", "Frame (HTML)"],
  ["script", "Frame by script"],
  ["badge-markdown", "Badge (Markdown)"],
  ["badge-html", "Badge (HTML)"],
];

const group = (legend, ...content) => el("fieldset", {}, el("legend", {}, legend), ...content);
const tick = (type, name, value, checked, label) =>
  el("label", {}, el("input", { type, name, value, checked }), el("span", {}, label));

/** The form with everything that can be chosen. */
function form(shared, before) {
  const params = shared.params.split("\n").filter(Boolean).map((line) => line.split("="));
  const locks = params.map(([key, label]) => tick("checkbox", "lock", key, before.lock.includes(key), label));
  const may = before.readonly ? "none" : before.lock.length > 0 ? "some" : "all";
  const left = el("span", { id: "task-left", class: "soft" });
  const task = el("textarea", { name: "task", id: "task-text", rows: 3, "aria-describedby": "task-left" });
  task.value = before.task;
  return el(
    "form",
    { class: "choices", onsubmit: (e) => e.preventDefault() },
    el("div", { class: "task-field" }, el("label", { for: "task-text" }, "Task, shown above the scenario"), task, left),
    group("They see", ...PANELS.map(([id, label]) => tick("checkbox", "panels", id, before.panels.includes(id), label))),
    group(
      "They may change",
      tick("radio", "may", "all", may === "all", "everything"),
      params.length > 0 ? tick("radio", "may", "some", may === "some", "all but …") : null,
      tick("radio", "may", "none", may === "none", "nothing"),
      el("div", { class: "locks" }, ...locks),
    ),
    group(
      "Colours",
      ...["auto", "light", "dark"].map((id) =>
        tick("radio", "theme", id, before.theme === id, id === "auto" ? "as their system" : id),
      ),
    ),
    group(
      "At the beginning",
      tick("checkbox", "values", "1", before.values, "the values set now"),
      tick("checkbox", "predict", "1", before.predict, "ask for a guess first"),
      tick("checkbox", "run", "1", before.run, "start by itself, if it is light"),
    ),
  );
}

/** What the form says. */
function chosen(form) {
  const said = new FormData(form);
  const may = said.get("may");
  return {
    panels: said.getAll("panels"),
    theme: said.get("theme"),
    lock: may === "some" ? said.getAll("lock") : [],
    readonly: may === "none",
    predict: said.has("predict"),
    task: said.get("task"),
    values: said.has("values"),
    run: said.has("run"),
  };
}

/** The page as readers will see it, in a frame; it is loaded when it is asked for. */
function preview() {
  const box = el("div", { class: "preview", tabindex: 0, role: "group", "aria-label": "Preview" });
  const ask = el("button", { type: "button", id: "show-preview", onclick: () => (on(), box.focus()) }, "Show a preview");
  let [wanted, seen, later] = ["", "", 0];
  const turn = () => {
    if (box.hidden || seen === wanted) return;
    seen = wanted;
    // Always a new frame: a new address in the old one would be a step in the reader's history.
    const src = new URL(wanted);
    // Who opened this page without a service worker gets none by the preview either.
    if (/[?&]coi=0(&|$)/i.test(location.search)) src.search += "&coi=0";
    box.replaceChildren(el("iframe", { title: "Preview", allow: "cross-origin-isolated", src: src.href }));
  };
  const on = () => {
    box.hidden = false;
    ask.hidden = true;
    turn();
  };
  box.hidden = true;
  const hear = (e) => {
    if (seen && !box.isConnected) return removeEventListener("message", hear);
    const frame = box.firstChild;
    if (frame && e.source === frame.contentWindow && e.data?.type === "interleave:resize" && e.data.height > 0)
      frame.style.height = `${Math.min(e.data.height, 4_000)}px`;
  };
  addEventListener("message", hear);
  return {
    element: el("div", { class: "seen" }, ask, box),
    on,
    show(address) {
      wanted = address;
      clearTimeout(later);
      later = setTimeout(turn, 400);
    },
  };
}

globalThis.interleave_share = (shared) => {
  const fields = form(shared, choices(shared.query));
  const copies = KINDS.map(([id, name]) => [id, ...copyable(id, name)]);
  const note = el("p", { id: "share-note", class: "soft", role: "status" });
  const seen = preview();
  const update = () => {
    const choice = chosen(fields);
    const length = [...clean(choice.task)].length;
    fields.querySelector(".locks").hidden = fields.elements.may.value !== "some";
    fields.elements.task.setAttribute("aria-invalid", length > MAX_TASK);
    fields.querySelector("#task-left").textContent =
      length > MAX_TASK ? `${length - MAX_TASK} too many: it will not be shown` : `${MAX_TASK - length} left`;
    const texts = snippets(shared, choice, ROOT);
    for (const [id, field] of copies) field.value = texts[id];
    const long = texts.link.length > LONG;
    note.classList.toggle("long", long);
    note.textContent = long
      ? `The link has ${texts.link.length} characters. Some mail programs and course systems cut links of more than ${LONG}.`
      : choice.panels.length === 0
        ? "Nothing is chosen to be seen, so everything is."
        : "";
    seen.show(link(shared, choice, true));
  };
  fields.addEventListener("input", update);
  update();
  const right = el("div", { class: "results" }, el("div", { class: "copyables" }, copies.map(([, , row]) => row)), note, seen.element);
  show("share-dialog", `Share “${shared.title}”`, document.getElementById("share"), el("div", { class: "columns" }, fields, right));
  if (WIDE.matches) seen.on();
};
