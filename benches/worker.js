// Starts the wasm contender with a pool of two threads, then times the bodies it is asked for.
import init, { compute, initThreadPool } from "./wasm/bench-wasm.js";

const ready = init().then(() => initThreadPool(2));
self.addEventListener("message", async ({ data: [name, threads] }) => {
  await ready;
  const start = performance.now();
  const check = compute(name, threads);
  self.postMessage([Math.round((performance.now() - start) * 1e6), check]);
});
self.postMessage("listening");
