// Says so when the page's own program has trapped: its WebAssembly is dead then, but what it drew still stands.
// A classic script outside of that program, loaded before it.
(() => {
  const broke = (event) => {
    const error = event.error ?? event.reason;
    if (!(error instanceof WebAssembly.RuntimeError) || document.querySelector("#broke")) return;
    // The engine runs on this thread too; when that breaks, the page takes a new one and says so itself.
    if (/https?:\S+/.exec(error.stack)?.[0].includes("/engine/engine")) return;
    const box = document.createElement("div");
    box.id = "broke";
    box.className = "notice";
    box.setAttribute("role", "alert");
    const settings = self === parent ? " again: your settings are in the address." : " again.";
    const button = document.createElement("button");
    button.textContent = "Load again";
    button.onclick = () => location.reload();
    box.append(`This page broke and cannot go on. Load it${settings}`, button);
    document.body.append(box);
  };
  addEventListener("error", broke);
  addEventListener("unhandledrejection", broke);
})();
