// The dialog behind "Save as": what ran, as files. The engine on the page's thread, which has every trace, writes them.
import { copy, el, show } from "./dom.js";

const KINDS = [
  ["svg", "Picture (SVG)", "the timeline as it is shown, sharp at any size", "image/svg+xml", "svg"],
  ["png", "Picture (PNG)", "the same for slides and documents", "image/png", "png"],
  ["csv", "Timings (CSV)", "a line for each run, for spreadsheets and statistics", "text/csv", "csv"],
  ["trace", "Trace (JSON)", "the run shown, for Perfetto, speedscope and chrome://tracing", "application/json", "trace.json"],
  ["py", "Python", "the program with your values, for CPython 3.11 or later", "text/x-python", "py"],
  ["json", "Result (JSON)", "values, times and claims", "application/json", "json"],
];
const GONE = "This result is no longer at hand. Run it again, then save it.";

const canvas = () => document.querySelector(".picture canvas");

/** What of which run is on screen, as numbers for the engine. */
function shown() {
  const numbers = (canvas()?.dataset.shown ?? "0 0 0 0 0 40").split(" ").map(Number);
  const theme = document.documentElement.dataset.theme;
  const dark = theme ? theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
  return new Float64Array([...numbers, canvas()?.parentElement.clientWidth || 900, dark ? 1 : 0]);
}

/** The file that the engine writes. */
async function written(kind, shared) {
  const engine = globalThis.interleaveGuest?.latest;
  if (!engine?.file_of_guest) throw new Error(GONE);
  let bytes;
  if (kind === "py") {
    const answer = await fetch(new URL(`../sources/${shared.scenario}.txt`, import.meta.url));
    if (!answer.ok) throw new Error("The source could not be loaded.");
    const address = `${shared.base.split(/[?#]/, 1)[0]}#${shared.hash}`;
    bytes = engine.twin_of_guest(shared.hash, await answer.text(), address);
  } else {
    bytes = engine.file_of_guest(kind, shared.scenario, shown());
  }
  if (bytes.length === 0) throw new Error(GONE);
  return bytes;
}

const asPng = (canvas) =>
  new Promise((done, failed) => canvas.toBlob((blob) => (blob ? done(blob) : failed(new Error(GONE))), "image/png"));

/** The picture in pixels, twice as fine as on screen; as it stands on screen where the browser does not paint the SVG. */
async function png(shared) {
  const address = URL.createObjectURL(new Blob([await written("svg", shared)], { type: "image/svg+xml" }));
  try {
    const image = new Image();
    image.src = address;
    await image.decode();
    const large = el("canvas", { width: image.naturalWidth * 2, height: image.naturalHeight * 2 });
    large.getContext("2d").drawImage(image, 0, 0, large.width, large.height);
    return await asPng(large);
  } catch {
    return asPng(canvas());
  } finally {
    URL.revokeObjectURL(address);
  }
}

/** Offers a file as a download. */
function download(blob, name, place) {
  const address = URL.createObjectURL(blob);
  const anchor = el("a", { href: address, download: name });
  place.append(anchor);
  anchor.click();
  anchor.remove();
  setTimeout(() => URL.revokeObjectURL(address), 10_000); // some browsers begin to read it late
}

globalThis.interleave_save = (shared) => {
  const status = el("p", { id: "save-note", role: "status", class: "soft" });
  const text = el("textarea", { readonly: true, rows: 6, "aria-label": "The file, to be copied" });
  const button = el("button", { type: "button", onclick: () => copy(text, button) }, "Copy");
  // A frame may be forbidden to download, and is not told so.
  const byHand = el("div", { class: "by-text" }, el("p", {}, "If no file came, this page may not save here. Copy it:"), text, button);
  byHand.hidden = true;
  const save = async (kind, type, ending) => {
    byHand.hidden = true;
    try {
      const blob = kind === "png" ? await png(shared) : new Blob([await written(kind, shared)], { type });
      const name = `interleave-${shared.scenario}.${ending}`;
      download(blob, name, status);
      status.textContent = `${name}, ${Math.ceil(blob.size / 1_024)} KiB`;
      if (window.parent !== window && kind !== "png") {
        text.value = await blob.text();
        byHand.hidden = false;
      }
    } catch (error) {
      // What broke in the engine says nothing to readers.
      status.textContent = error instanceof WebAssembly.RuntimeError ? GONE : error.message;
    }
  };
  const row = ([kind, name, what, type, ending]) =>
    el(
      "li",
      {},
      el("button", { type: "button", "data-kind": kind, "aria-describedby": `save-${kind}`, onclick: () => save(kind, type, ending) }, name),
      el("span", { id: `save-${kind}`, class: "soft" }, what),
    );
  const opener = document.getElementById("save");
  show("save-dialog", "Save what ran", opener, el("ul", { class: "kinds" }, KINDS.map(row)), status, byHand);
};
