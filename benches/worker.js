// Starts the wasm contender with a pool of three threads, then times the bodies it is asked for.
import init, { answer, compute, initThreadPool, process_messages, wake_ups } from "./wasm/bench-wasm.js";

// Of processes: the engine's own file and its module, kept as the coordinator keeps them.
const MEMORY = 64 * 1024 * 1024;
const keep = async () => {
  const text = await (await fetch("engine/process.js")).text();
  const module = await WebAssembly.compileStreaming(fetch("engine/engine_bg.wasm"));
  return { module, script: URL.createObjectURL(new Blob([text], { type: "text/javascript" })) };
};
const kept = keep();
const ready = init().then(() => initThreadPool(3));

// One process from nothing to its answer; it is ended with it.
function process({ module, script }) {
  const [begin, job] = process_messages();
  return new Promise((done, failed) => {
    const worker = new Worker(script, { type: "module" });
    let started = false;
    worker.onerror = (e) => failed(e.message);
    worker.onmessage = ({ data }) => {
      if (data === "ready") return worker.postMessage({ module, bytes: MEMORY });
      if (!started) {
        started = true;
        worker.postMessage(begin);
        return worker.postMessage(job);
      }
      const result = answer(data);
      if (result >= 0) {
        worker.terminate();
        done(result);
      }
    };
  });
}

const GIL = { "gil-5": "ms-5", "gil-1": "ms-1", "gil-half": "ms-half" };

self.addEventListener("message", async ({ data: [name, threads] }) => {
  await ready;
  const source = await kept;
  if (GIL[name]) return self.postMessage([Math.round(1e9 / wake_ups(GIL[name])), 0]);
  const start = performance.now();
  const check = name === "start"
    ? (await Promise.all([process(source), process(source)])).reduce((a, b) => a + b)
    : compute(name, threads);
  self.postMessage([Math.round((performance.now() - start) * 1e6), check]);
});
self.postMessage("listening");
