// The page begins here: an external module, so that the page needs no inline script.
//
// At the top level it starts the page's program at once; index.html paints before that. In a frame it imports ./frame.js
// instead and calls its `show(start)`: that shows a picture and calls `start()` when the reader wants the live page. Nothing of
// the program is loaded before. Should frame.js be missing or fail, the program is started as at the top level.
//   start()  loads and starts the program, once; a promise that is kept when the app has taken over #app.
// A page in /s/<id>/ says <base href="../../"> and <html data-scenario="ID">; its address gets the hash of that scenario, unless
// it names one already. Files of the site are named from `home`, its root, whatever page asks.

const home = new URL("./", import.meta.url).href;
const framed = parent !== self;
// Trunk.toml writes the names of both files.
const [script, wasm] = document.querySelector("meta[name=app]").content.split(" ");

const { scenario } = document.documentElement.dataset;
if (scenario && !/[#&]s=/i.test(location.hash)) {
  const rest = location.hash.slice(1) || "v=1";
  history.replaceState(null, "", `${location.pathname}${location.search}#${rest}&s=${scenario}`);
}

let started;
export const start = () => (started ??= load());

async function load() {
  try {
    if (!document.querySelector("meta + meta[http-equiv]")) throw "no policy.js"; // it lets only this site's scripts be loaded
    const bytes = fetch(home + wasm);
    bytes.catch(() => {}); // told below, once somebody waits for it
    const { default: init } = await import(home + script);
    await init({ module_or_path: bytes });
  } catch (error) {
    if (error instanceof WebAssembly.RuntimeError) throw error;
    started = undefined; // whoever asks again tries again
    throw Object.assign(new Error(`the page's program did not load: ${error}`), { name: "Unloaded" }); // for broken.js
  }
  keep();
}

// The service worker (www/sw.js) gives isolation where the host sends no headers, and keeps the site for use without a network.
// Whatever is refused here (storage, an insecure address, a sandbox) costs only that.

const url = `${home}sw.js`;
const ours = (worker) => worker?.scriptURL === url;
let serving; // the worker that serves this page

// Asks for the whole site to be kept: once the program is there, so never in a frame that only shows its picture.
function keep() {
  if (serving && started && !navigator.connection?.saveData) serving.postMessage({ keep: true });
}

const changed = (workers) => new Promise((then) => workers.addEventListener("controllerchange", then, { once: true }));

const later = (ms) => new Promise((then) => setTimeout(then, ms));

// Whether a newer build takes this page's place: its worker waits, and no other page is open. It is asked when the old worker has
// served the page's first files: while that works, Chromium puts the change off until the page is left.
async function renewed(workers) {
  const waiting = (await workers.getRegistration(home))?.waiting;
  if (!waiting) return false;
  if (document.readyState !== "complete") await new Promise((then) => addEventListener("load", then, { once: true }));
  await later(100);
  const { port1, port2 } = new MessageChannel();
  const no = new Promise((then) => (port1.onmessage = ({ data }) => data || then(false)));
  const over = changed(workers).then(reload);
  waiting.postMessage({ take: true }, [port2]);
  return Promise.race([over, no, later(2_000).then(() => false)]);
}

const begun = () => !["idle", undefined].includes(document.querySelector("#status")?.dataset.state);

// Never once a run was begun.
function reload() {
  if (!begun()) location.reload();
  return true;
}

// One reload makes a page isolated, if anything does: not when it came from the worker already, and never after a run was begun.
// One that could not begin, for want of just that, has measured nothing and is asked for once more.
function isolate(controlled) {
  const tried = "interleave-isolated";
  if (crossOriginIsolated) return sessionStorage.removeItem(tried);
  const { pathname, search, hash } = location;
  const lacked = document.querySelector("#failure[data-lacked]");
  if (controlled || (begun() && !lacked) || sessionStorage.getItem(tried)) return;
  sessionStorage.setItem(tried, "1");
  if (lacked) history.replaceState(null, "", `${pathname}${search}${hash || "#v=1"}&run=1`);
  location.reload();
}

async function register(workers, controlled) {
  const registration = await workers.register(url, { updateViaCache: "none" });
  if (!controlled) {
    const over = changed(workers);
    const worker = registration.installing ?? registration.waiting ?? registration.active;
    const claim = () => worker.state === "activated" && worker.postMessage({ claim: script });
    worker.addEventListener("statechange", claim);
    claim();
    await over;
  }
  serving = workers.controller;
  keep();
  if (!framed) isolate(controlled);
}

async function host() {
  const workers = navigator.serviceWorker;
  if (!workers) return false;
  if (/[?&]coi=0(&|$)/i.test(location.search)) {
    return (await workers.getRegistration(home)) && (await import(`${home}later/leave.js`)).leave(workers, home);
  }
  const controlled = ours(workers.controller);
  if (controlled && !framed && (await renewed(workers))) return true;
  register(workers, controlled).catch(() => {});
}

const gone = host().catch(() => {});
if (framed) {
  import(`${home}frame.js`).then((frame) => frame.show(start)).catch(start);
} else {
  gone.then((gone) => gone || start());
}
