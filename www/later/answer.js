// Draws what the guest answered, a table, a curve or bars, into an element of the page. It is loaded with the first answer.
import { el } from "./dom.js";

document.head.append(el("link", { rel: "stylesheet", href: new URL("answer.css", import.meta.url).href }));

const svg = (tag, properties, ...children) => {
  const element = document.createElementNS("http://www.w3.org/2000/svg", tag);
  for (const [name, value] of Object.entries(properties)) element.setAttribute(name, value);
  element.append(...children);
  return element;
};

/** Rows of texts, as `components::told` writes them. */
const read = (text) => (text ? text.split("\u001e").map((row) => row.split("\u001f")) : []);

function table(name, heads, rows) {
  const cell = (text, i) => (i ? el("td", {}, text) : el("th", { scope: "row" }, text));
  return el(
    "div",
    { class: "scroll tall", tabindex: 0, role: "region", "aria-label": name },
    el(
      "table",
      {},
      el("thead", {}, el("tr", {}, ...heads.map((head) => el("th", { scope: "col" }, head)))),
      el("tbody", {}, ...rows.map((row) => el("tr", {}, ...row.map(cell)))),
    ),
  );
}

/** Speed-up by workers: `chart::curve` says what its rows are. */
function curve(name, heads, rows) {
  const of = (kind) => rows.filter(([first]) => first === kind).map(([, ...rest]) => rest);
  const [frame] = of("frame");
  const label = "Speed-up by workers, with spread, fitted lines and the ideal; the table and the sentences below say the same";
  const picture = () =>
    svg(
      "svg",
      { class: "curve", viewBox: `0 0 ${frame.join(" ")}`, role: "img", "aria-label": label },
      ...of("path").map(([kind, points]) => svg("polyline", { class: kind, points })),
      ...of("mark").map(([kind, points]) => svg("polygon", { class: kind, points })),
      ...of("text").map(([kind, x, y, words]) => svg("text", { class: kind, x, y }, words)),
    );
  return [
    frame && picture(),
    ...of("say").map(([words]) => el("p", { class: "say" }, words)),
    el("details", {}, el("summary", {}, "As a table"), table(name, heads, of("row"))),
  ];
}

const DRAWN = new Set(["svg", "rect", "line"]);

/** Elements by rows of depth, tag, text and attributes, as `components::told::Tree` writes them. */
function tree(rows) {
  const [top, path] = [[], []];
  for (const [depth, tag, text, ...pairs] of rows) {
    const attributes = Object.fromEntries(pairs.map((pair) => [pair.slice(0, pair.indexOf("=")), pair.slice(pair.indexOf("=") + 1)]));
    const element = (DRAWN.has(tag) ? svg : el)(tag, attributes, ...(text ? [text] : []));
    path[depth] = element;
    if (depth > 0) path[depth - 1].append(element);
    else top.push(element);
  }
  return top;
}

const bars = (name, heads, rows) => el("ul", { class: "bars" }, ...tree(rows));
const legend = (name, heads, rows) => el("ul", { class: "legend", "aria-label": "Legend" }, ...tree(rows));

const KINDS = { table, curve, bars, legend };

globalThis.interleave_answer = ({ id, kind, name, heads, rows }) => {
  const drawn = KINDS[kind](name, heads.split("\u001f"), read(rows));
  document.getElementById(id)?.replaceChildren(...[drawn].flat().filter(Boolean));
};
