// Every process begins here. tools/build-engine.sh puts this behind the engine's glue and memory.js, in one file: a
// worker that has to fetch three starts half as fast. It listens before it says so.

self.addEventListener("message", ({ data: { module, bytes } }) => {
  try {
    initSync({ module, memory: reserve(bytes) });
    start_process();
  } catch (error) {
    self.postMessage({ error: String(error) });
  }
}, { once: true });

self.postMessage("ready");
