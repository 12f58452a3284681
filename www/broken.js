// Says so when the page's own program has trapped, whose WebAssembly is dead then although what it drew still stands, or
// when it could not be loaded. A classic script outside of that program, loaded before it; it runs even where a sandboxed
// frame may load no modules.
(() => {
  const say = (text, label, press) => {
    if (document.querySelector("#broke")) return;
    const box = document.createElement("div");
    box.id = "broke";
    box.className = "notice";
    box.setAttribute("role", "alert");
    const button = document.createElement(typeof press === "string" ? "a" : "button");
    button.textContent = label;
    if (typeof press === "string") Object.assign(button, { href: press, target: "_blank", rel: "noopener" });
    else button.onclick = press;
    box.append(`${text} `, button);
    document.body.append(box);
  };
  const again = () => location.reload();
  const unloaded = () => {
    if (location.protocol === "file:") say("Interleave has to come from a web server: browsers load no programs from files.", "Load again", again);
    else if (self.origin !== "null") say("This page's program could not be loaded.", "Load again", again);
    else {
      say("This frame is sandboxed, and no program can be loaded into it: nothing runs here.", "Open full page", location.href);
      // Images are not refused: at least the recorded run is seen.
      const id = /[#&]s=([a-z0-9-]+)/i.exec(location.hash)?.[1].toLowerCase();
      if (!id) return;
      const picture = Object.assign(new Image(), { alt: `Recorded run of ${id}`, src: `pictures/${id}.svg` });
      Object.assign(picture.style, { maxWidth: "100%", background: "#fff" });
      document.querySelector("#app").replaceChildren(picture);
    }
  };
  const broke = (event) => {
    const error = event.error ?? event.reason;
    // When boot.js did not load, the event is its element's and has no error; when what it asked for did not, it says so.
    if (event.target.id === "boot" || error?.name === "Unloaded") return unloaded();
    if (!(error instanceof WebAssembly.RuntimeError)) return;
    // The engine runs on this thread too; when that breaks, the page takes a new one and says so itself.
    if (/https?:\S+/.exec(error.stack)?.[0].includes("/engine/engine")) return;
    const settings = self === parent ? " again: your settings are in the address." : " again.";
    say(`This page broke and cannot go on. Load it${settings}`, "Load again", again);
  };
  addEventListener("error", broke, true);
  addEventListener("unhandledrejection", broke);
})();
