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

// Trusted Types: scripts and workers come from this very site, and text becomes neither markup nor code.
self.trustedTypes?.createPolicy("default", {
  createScriptURL: (text) => {
    const { href } = new URL(text, document.baseURI);
    return href.startsWith(home) ? href : null;
  },
});

const { scenario } = document.documentElement.dataset;
if (scenario && !/[#&]s=/i.test(location.hash)) {
  history.replaceState(null, "", `${location.pathname}${location.search}#v=1&s=${scenario}`);
}

let started;
export const start = () => (started ??= load());

async function load() {
  try {
    // Trunk.toml writes the names of both files.
    const [script, wasm] = document.querySelector("meta[name=app]").content.split(" ").map((file) => new URL(file, home).href);
    const bytes = fetch(wasm);
    bytes.catch(() => {}); // told below, once somebody waits for it
    const { default: init } = await import(script);
    await init({ module_or_path: bytes });
  } catch (error) {
    if (error instanceof WebAssembly.RuntimeError) throw error;
    started = undefined; // whoever asks again tries again
    throw Object.assign(new Error(`the page's program did not load: ${error}`), { name: "Unloaded" }); // for broken.js
  }
}

if (framed) {
  import(new URL("frame.js", home).href).then((frame) => frame.show(start)).catch(start);
} else {
  start();
}
