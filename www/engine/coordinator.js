// The engine's coordinator begins here. It listens before it says so, because a module worker loses what is posted
// before its listener exists.

import { reserve } from "./memory.js";

// Trusted Types, where the host sends the policy with this file too: threads start from this folder, processes from the text
// that is kept below.
self.trustedTypes?.createPolicy("default", {
  createScriptURL: (text) => ([new URL("./", import.meta.url).href, `blob:${location.origin}/`].some((ours) => text.startsWith(ours)) ? text : null),
});

self.addEventListener("message", async ({ data: { module, bytes } }) => {
  try {
    const [engine, script] = await Promise.all([loading, process]);
    engine.initSync({ module, memory: reserve(bytes) });
    engine.start_coordinator(script);
  } catch (error) {
    self.postMessage({ error: String(error) });
  }
}, { once: true });

// Fetched once and kept: processes then start without asking the network for anything.
async function keep(url) {
  const response = await fetch(url);
  if (!response.ok) throw new Error(`${url}: ${response.status}`);
  return URL.createObjectURL(new Blob([await response.text()], { type: "text/javascript" }));
}

// Threads and processes. The thread pool keeps its workers to itself, so all are known from their birth: a fault that kills one
// (?fault=kill) lets it say so and wait, and when the page gives this engine up, all of them end before it does.
const workers = new Set();
self.Worker = class extends Worker {
  constructor(...what) {
    super(...what);
    workers.add(this);
    this.addEventListener("message", ({ data }) => data === "kill me" && this.terminate());
  }
  terminate() {
    workers.delete(this);
    super.terminate();
  }
};
self.addEventListener("message", ({ data }) => data === "end" && workers.forEach((worker) => worker.terminate()));

const loading = import("./engine.js");
const process = keep(new URL("./process.js", import.meta.url));
for (const promise of [loading, process]) promise.catch(() => {}); // reported above, once somebody waits for it
self.postMessage("ready");
