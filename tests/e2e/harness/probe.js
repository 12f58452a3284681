// Collects what goes wrong in the page, and every state of the run with its moment.
window.e2e = { errors: [], traps: [], states: [], gaps: [] };
const told = (e) => (e.message ? `${e.message}\n${e.error?.stack ?? ""}` : `did not load: ${e.target.src || e.target.href}`);
addEventListener("error", (e) => e2e.errors.push(told(e)), true);
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
// What the page's policy forbade turns every check red: the host collects it (harness/site.rs).
addEventListener("securitypolicyviolation", (e) => {
  const said = `${e.effectiveDirective} forbade ${e.blockedURI} ${e.sample} in ${e.sourceFile}:${e.lineNumber} of ${location.href}`;
  e2e.errors.push(said);
  fetch("/forbidden", { method: "POST", mode: "no-cors", body: said, keepalive: true });
});
