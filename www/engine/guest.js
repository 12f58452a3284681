// The engine as a guest on the page's own thread: it runs coroutines on the page's event loop and judges what ran.
// A script of its own, so that the page, which loads it when a run needs it, can be built without dynamic imports.

// `fresh` is 0 for the first guest, and then counts those that broke or did not load: a module's instance cannot be made twice, and
// browsers may keep that a module did not come.
globalThis.interleaveGuest = async (module, bytes, hear, fresh) => {
  const again = fresh ? `?${fresh}` : "";
  const [engine, { reserve }] = await Promise.all([import(`./engine.js${again}`), import(`./memory.js${again}`)]);
  engine.initSync({ module, memory: reserve(bytes) });
  engine.start_guest(hear);
  interleaveGuest.latest = engine; // for what asks it for files of what has run: ../later/save.js, `./dev record`
  return engine;
};
