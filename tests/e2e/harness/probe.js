// Collects what goes wrong in the page, and every state of the run with its moment.
window.e2e = { errors: [], forbidden: 0, traps: [], states: [], gaps: [], early: [], theme: null };
const told = (e) => (e.message ? `${e.message}\n${e.error?.stack ?? ""}` : `did not load: ${e.target.src || e.target.href}`);
// WebKit says now and then that a new size is told with the next frame, though no observer of this site changes a size when told
// one (docs/webkitgtk.md). In the other browsers, where it was never seen, it is an error like any.
const webkit = /AppleWebKit/.test(navigator.userAgent) && !/Chrome/.test(navigator.userAgent);
const late = (e) => webkit && /^ResizeObserver loop completed with undelivered notifications/.test(e.message);
addEventListener("error", (e) => late(e) || e2e.errors.push(told(e)), true);
// A trap in WebAssembly on the page's own thread that nobody caught.
const trap = (e) => e instanceof WebAssembly.RuntimeError && e2e.traps.push(`${e}\n${e.stack}`);
addEventListener("error", (e) => trap(e.error));
addEventListener("unhandledrejection", (e) => trap(e.reason));
addEventListener("unhandledrejection", (e) => e2e.errors.push(`unhandled rejection: ${e.reason}\n${e.reason?.stack ?? ""}`));
const loud = console.error;
console.error = (...what) => {
  e2e.errors.push(what.join(" "));
  loud.apply(console, what);
};
new MutationObserver(() => {
  const state = document.querySelector("#status")?.dataset.state;
  if (state && state !== e2e.states.at(-1)?.state) e2e.states.push({ state, at: performance.now() });
}).observe(document, { subtree: true, childList: true, attributes: true });
// Timers without a delay: Yew goes on in one where it gave way to the browser, with effects that draw something (`Page::ended`).
const [set, clear] = [window.setTimeout, window.clearTimeout];
e2e.soon = new Set();
window.setTimeout = (then, delay, ...rest) => {
  if (typeof then !== "function") return set(then, delay, ...rest); // an attack: text as code
  const go = () => {
    e2e.soon.delete(id);
    then(...rest);
  };
  const id = set(go, delay);
  if (!delay) e2e.soon.add(id);
  return id;
};
window.clearTimeout = (id) => {
  e2e.soon.delete(id);
  clear(id);
};
// Scripts and links that were there before the page named this site in its policy (www/policy.js), and the theme at that moment.
const watch = new MutationObserver(() => {
  if (document.querySelectorAll("meta[http-equiv]").length > 1) {
    e2e.theme = document.documentElement.dataset.theme;
    return watch.disconnect();
  }
  e2e.early = [...document.querySelectorAll("script, link")].map((e) => e.src || e.href).filter((url) => !url.includes("/e2e/"));
});
watch.observe(document, { subtree: true, childList: true });
// What the page's policy forbade turns every check red: the host collects it (harness/site.rs). One after another, and none after
// one that failed: should the policy forbid the reports, that is no reason for more of them.
const report = new URL("forbidden", document.currentScript.src).href;
let reports = Promise.resolve();
addEventListener("securitypolicyviolation", (e) => {
  const body = `${e.effectiveDirective} forbade ${e.blockedURI} ${e.sample} in ${e.sourceFile}:${e.lineNumber} of ${location.href}`;
  e2e.errors.push(body);
  e2e.forbidden++;
  reports = reports.then(() => fetch(report, { method: "POST", mode: "no-cors", body, keepalive: true }));
  reports.catch(() => {}); // the errors say it
});
