// Every worker of the engine begins here: the coordinator and, below it, the processes. It listens before it says so,
// because a module worker loses what is posted before its listener exists.

const PAGE = 65536;
// More than the engine is born with (its import says at least how much) and far less than it may grow to.
const INITIAL = 64;
const LEAST = 64 * 1024 * 1024;

// Phones refuse a large maximum: halve it until it is granted.
function reserve(bytes) {
  for (;;) {
    try {
      return new WebAssembly.Memory({ initial: INITIAL, maximum: bytes / PAGE, shared: true });
    } catch (error) {
      if (!(error instanceof RangeError) || bytes / 2 < LEAST) throw error;
      bytes /= 2;
    }
  }
}

self.addEventListener("message", async ({ data: { role, module, bytes } }) => {
  try {
    const engine = await loading;
    engine.initSync({ module, memory: reserve(bytes) });
    if (role === "process") engine.start_process();
    else engine.start_coordinator(import.meta.url);
  } catch (error) {
    self.postMessage({ error: String(error) });
  }
}, { once: true });

const loading = import("./engine/engine.js");
loading.catch(() => {}); // reported above, once somebody waits for it
self.postMessage("ready");
