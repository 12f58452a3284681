// Links to an experiment and what authors paste: texts out of choices, nothing else. The grammar is that of src/share/.

/** What a link may choose to show (src/share/view.rs). */
export const PANELS = [
  ["params", "Parameters"],
  ["timeline", "Timeline"],
  ["timings", "Timings"],
  ["claims", "Claims"],
  ["code", "Code"],
  ["explain", "Explanation"],
];
/** Longest task, characters (src/share/keys.rs). */
export const MAX_TASK = 600;
/** From here on some mail programs and learning platforms cut a link. */
export const LONG = 2_000;

/** A task as the page will show it (src/share/task.rs). */
export function clean(text) {
  const lines = text.replace(/\p{Cs}/gu, "").replace(/\r\n|[\r\u2028\u2029]/gu, "\n").replaceAll("\t", " ");
  return lines.replace(/(?!\n)[\p{Cc}\u00ad\u061c\u200b\u202a-\u202e\u2060-\u206f\ufeff]/gu, "").trim();
}

const escaped = (text) =>
  encodeURIComponent(text).replace(/[!'()*~]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`);

/** The choices that a query stands for. */
export function choices(query) {
  const pairs = query.split("&").filter(Boolean).map((pair) => pair.split("="));
  const said = new Map(pairs);
  const list = (key) => said.get(key)?.split(",");
  return {
    panels: list("panels") ?? PANELS.map(([id]) => id),
    theme: said.get("theme") ?? "auto",
    lock: list("lock") ?? [],
    readonly: said.has("readonly"),
    predict: said.has("predict"),
    task: decodeURIComponent(said.get("task") ?? ""),
    values: true,
    run: false,
  };
}

/** The link for these choices. `shared` is what the page says of itself: base, scenario and hash. */
export function link(shared, choice, embed = false) {
  const some = choice.panels.length > 0 && choice.panels.length < PANELS.length;
  const task = clean(choice.task);
  const fits = [...task].length <= MAX_TASK; // else the page would leave it out
  const query = [
    embed && "embed=1",
    choice.theme !== "auto" && `theme=${choice.theme}`,
    some && `panels=${choice.panels.join(",")}`,
    !choice.readonly && choice.lock.length > 0 && `lock=${choice.lock.join(",")}`,
    choice.readonly && "readonly=1",
    choice.predict && "predict=1",
    task && fits && `task=${escaped(task)}`,
  ].filter(Boolean);
  const hash = choice.values ? shared.hash : `v=1&s=${shared.scenario}`;
  const base = shared.base.split(/[?#]/, 1)[0];
  return `${base}${query.length > 0 ? "?" : ""}${query.join("&")}#${hash}${choice.run ? "&run=1" : ""}`;
}

const html = (text) =>
  text.replace(/[&<>"]/g, (c) => ({ "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" })[c]);
const markdown = (text) => text.replace(/[\\[\]*_`<>]/g, "\\$&");
const target = (address) => address.replace(/[()<>\s]/g, (c) => `%${c.charCodeAt(0).toString(16).padStart(2, "0")}`);

/** Everything that can be copied, by id; `root` is where the site's files lie. */
export function snippets(shared, choice, root) {
  const full = link(shared, choice);
  const inside = html(link(shared, choice, true));
  const name = html(`Interleave: ${shared.title}`);
  const badge = new URL("badge.svg", root).href;
  const run = "Run it in Interleave";
  return {
    link: full,
    markdown: `[${markdown(shared.title)}](${target(full)})`,
    iframe:
      `<iframe src="${inside}" title="${name}" loading="lazy" width="100%" height="700" ` +
      'style="width:100%;height:700px;border:0" allow="cross-origin-isolated; clipboard-write">' +
      `<a href="${html(full)}">${name}</a></iframe>`,
    script:
      `<a class="interleave" href="${html(full)}">${name}</a>` +
      `<script async src="${html(new URL("embed.js", root).href)}"></script>`,
    "badge-markdown": `[![${run}](${target(badge)})](${target(full)})`,
    "badge-html": `<a href="${html(full)}"><img src="${html(badge)}" alt="${run}" width="124" height="20"></a>`,
  };
}
