// What the page's policy must forbid, each with the directives one of which does. A file of the site, so that it runs as any
// script of the page would.
const element = (name, how) => Object.assign(document.createElement(name), how);
e2e.attacks = [
  [["script-src", "require-trusted-types-for"], () => document.head.append(element("script", { textContent: "owned = 1" }))],
  [["script-src", "require-trusted-types-for"], () => document.body.insertAdjacentHTML("beforeend", "<b onclick='owned = 1'></b>")
    || document.body.lastElementChild.click()],
  [["script-src", "require-trusted-types-for"], () => eval("owned = 1")],
  [["script-src", "require-trusted-types-for"], () => setTimeout("owned = 1")],
  [["script-src", "require-trusted-types-for"], () => document.head.append(element("script", { src: "https://example.com/x.js" }))],
  [["worker-src", "require-trusted-types-for"], () => new Worker("https://example.com/x.js")],
  [["worker-src", "require-trusted-types-for"], () => new Worker("data:text/javascript,1")],
  // Trusted Types refuse it first where they are; elsewhere it is the policy's folder that does.
  [["script-src", "require-trusted-types-for"], () => document.head.append(element("script", { src: "/other/x.js" }))],
  [["style-src"], () => document.head.append(element("style", { textContent: "b { color: red }" }))],
  [["img-src"], () => element("img", { src: "https://example.com/x.png" })],
  [["connect-src"], () => fetch("https://example.com/").catch(() => {})],
  [["connect-src"], () => fetch("/other/").catch(() => {})],
  [["frame-src"], () => document.body.append(element("iframe", { src: "https://example.com/" }))],
  [["base-uri"], () => document.head.append(element("base", { href: "https://example.com/" }))],
];
