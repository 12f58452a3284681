// What a frame shows until its reader asks for more: title, question and the picture of a recorded run. boot.js imports this in a
// frame and calls `show(start)`; nothing of the page's program is loaded before `start()`. What cannot be told here (no such
// scenario, a file that is missing) is left to the program, which is started then.

const site = new URL("./", import.meta.url).href;
const root = document.documentElement;
const MAX_TASK = 600;

// The part of a link after ? or #, as src/share/pairs.rs reads it: lower-case keys, the first of each, broken escapes left out.
function pairs(text) {
  const found = new Map();
  for (const part of text.slice(1, 8192).split("&").filter(Boolean)) {
    const [key, ...value] = part.split("=");
    try {
      const name = decodeURIComponent(key).toLowerCase();
      if (!found.has(name)) found.set(name, decodeURIComponent(value.join("=")));
    } catch {
      // As a bad value does there, it costs itself.
    }
  }
  return found;
}
const on = (value) => ["", "1", "true"].includes(value?.toLowerCase());
const list = (value) => value.toLowerCase().split(",");

const post = (message) => parent.postMessage(message, "*");

// The step of the clock, as src/model/machine.rs finds it out (and says why).
function clockStepNs() {
  const began = performance.now();
  let [last, least, seen] = [began, 40, 0];
  for (let n = 0; n < 2_000_000; n += 1) {
    const [now, took] = [performance.now(), last - began];
    if (seen >= 12 || took >= 40 || (took >= 8 && seen >= 5)) break;
    if (now > last) {
      least = Math.min(least, now - last);
      last = now;
      seen += 1;
    }
  }
  return seen < 5 ? 1e6 : Math.max(1, Math.floor(least * 1e6));
}

// What can be known without starting anything; as src/page/machine.rs finds it out.
function capabilities() {
  return {
    cores: self.origin === "null" ? 0 : Math.max(1, navigator.hardwareConcurrency ?? 1), // a sandboxed frame may start no workers
    isolated: self.crossOriginIsolated === true,
    sharedMemory: self.origin !== "null" && self.crossOriginIsolated === true && typeof SharedArrayBuffer === "function",
    topLevel: false,
    clockStepNs: clockStepNs(),
  };
}

function element(name, properties = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(properties)) {
    if (key === "class") made.className = value;
    else if (key.startsWith("on")) made.addEventListener(key.slice(2), value);
    else made.setAttribute(key, value);
  }
  made.append(...children.filter((child) => child !== undefined && child !== null && child !== false));
  return made;
}

// A task in the author's words, as src/share/task.rs keeps it; one that is too long is none.
function task(text = "") {
  const plain = text.replace(/\r\n?|[\u2028\u2029]/g, "\n").replaceAll("\t", " ")
    .replace(/(?!\n)[\p{Cc}\u00ad\u061c\u200b\u202a-\u202e\u2060-\u206f\ufeff]/gu, "").trim();
  return [...plain].length <= MAX_TASK ? plain : "";
}

// What a message of the host page asks for, if it asks for anything; some hosts send it as JSON, even twice.
function kind(data) {
  let message = data;
  for (let n = 0; n < 2 && typeof message === "string"; n += 1) {
    try {
      message = JSON.parse(message);
    } catch {
      return undefined;
    }
  }
  return ["interleave:set", "interleave:run", "interleave:stop"].find((type) => type === message?.type);
}

// The element, once the program has made it.
function made(selector) {
  return new Promise((resolve) => {
    const look = () => {
      if (!document.querySelector(selector)) return;
      watch.disconnect();
      setTimeout(resolve); // by then it listens, too
    };
    const watch = new MutationObserver(look);
    watch.observe(document.body, { childList: true, subtree: true });
    look();
  });
}

// The picture in the colours and the width that fit; src/bin/site/pictures.rs writes the files.
function picture({ id, words, wide, narrow }, theme) {
  const file = (name) => `${site}pictures/${id}${name}.svg`;
  const dark = theme === "dark" ? "-dark" : "";
  const thin = "(max-width: 520px)";
  const night = "(prefers-color-scheme: dark)";
  const source = (media, name, [width, height]) => element("source", { media, srcset: file(name), width, height });
  return element("picture", {},
    theme === "auto" && source(`${thin} and ${night}`, "-narrow-dark", narrow),
    source(thin, `-narrow${dark}`, narrow),
    theme === "auto" && source(night, "-dark", wide),
    styled(element("img", { src: file(dark), width: wide[0], height: wide[1], alt: words }),
      { display: "block", maxWidth: "100%", height: "auto", marginInline: "auto" }));
}

// Through the object model: the page's policy refuses style attributes.
const styled = (made, rules) => (Object.assign(made.style, rules), made);

/// Shows it; `start` loads and starts the program.
export async function show(start) {
  const query = pairs(location.search);
  const hash = pairs(location.hash);
  const app = document.querySelector("#app");
  const theme = ["light", "dark"].find((name) => name === query.get("theme")?.toLowerCase()) ?? "auto";

  // As tall as it is; #app does not depend on the frame's height. The program goes on with that.
  let told = 0;
  const watch = new ResizeObserver(() => {
    const height = Math.ceil(app.getBoundingClientRect().height);
    if (height === told) return;
    told = height;
    post({ type: "interleave:resize", v: 1, height });
    post({ subject: "lti.frameResize", height });
  });

  // What the host page says, and what is pressed here, is kept until the program is there to hear it.
  const kept = [];
  let begun = false;
  const begin = async () => {
    if (begun) return;
    begun = true;
    const [button, status] = ["#live", "#starting"].map((id) => document.querySelector(id));
    const pressed = button && document.activeElement === button;
    if (button) [button.disabled, status.textContent] = [true, "Starting …"];
    try {
      await start();
    } catch (error) {
      begun = false;
      if (button) [button.disabled, status.textContent] = [false, ""];
      throw error; // broken.js says so
    }
    await made("#status");
    watch.disconnect();
    removeEventListener("message", hear);
    if (pressed) document.querySelector("#main")?.focus({ preventScroll: true });
    for (const said of kept) {
      if (typeof said === "function") said();
      else dispatchEvent(new MessageEvent("message", { data: said }));
    }
  };
  const hear = ({ source, data }) => {
    const type = source === parent && kind(data);
    if (!type) return;
    kept.push(data);
    if (type !== "interleave:stop") begin();
  };
  addEventListener("message", hear);
  const machine = capabilities();
  root.dataset.ready = ""; // the program need not say it again
  post({ type: "interleave:ready", v: 1, capabilities: machine });

  const texts = await load(hash.get("s")?.toLowerCase() ?? "first").catch(() => undefined);
  if (begun) return;
  if (!texts) return begin();

  const guess = on(query.get("predict"));
  const lacking = machine.sharedMemory ? [] : texts.lacking[machine.cores ? "memory" : "workers"];
  const nothing = lacking.length === texts.offered;
  const panels = query.get("panels");
  const seen = !guess && (!panels || list(panels).includes("timeline"));
  const others = [...hash.keys()].some((key) => !["v", "s", "at", "run"].includes(key));
  const press = () => {
    // Where nothing of it can run, the recorded run can still be looked into.
    if (nothing) kept.push(() => document.querySelector("#recorded")?.click());
    else if (!guess) kept.push({ type: "interleave:run", v: 1 });
    begin();
  };

  const full = new URL("./", document.baseURI);
  full.search = location.search.slice(1).split("&").filter((part) => !/^embed(=|$)/i.test(part)).join("&");
  full.hash = location.hash;
  const logo = app.querySelector(".logo")?.cloneNode(true);
  const said = task(query.get("task"));
  const label = nothing ? "Look into the recorded run" : guess ? "Make your guess" : "Run it here";
  const why = `${nothing ? "This" : `Part of this (${lacking.join(", ")})`} needs ${machine.cores ? "memory shared between workers" : "workers"}, `
    + "which this page does not have here. The full page may have it.";
  app.replaceChildren(element("div", { class: "app embedded" }, element("main", { id: "main", tabindex: "-1" },
    element("p", { class: "full" }, logo, element("a", { href: full.href, target: "_blank", rel: "noopener" }, "Open full page")),
    said && element("p", { class: "task", id: "task", role: "note", "aria-label": "Task" }, said),
    element("header", { class: "intro" }, element("h1", {}, texts.title), element("p", { class: "question" }, texts.question)),
    styled(element("p", { class: "runbar" }, element("button", { type: "button", class: "go", id: "live", onclick: press }, label),
      element("span", { class: "soft", role: "status", id: "starting" })), { marginTop: "12px" }),
    lacking.length > 0 && styled(element("p", { class: "why", id: "why-not" }, why), { marginTop: "8px" }),
    seen && styled(element("figure", { class: "card", id: "still" }, picture(texts, theme),
      element("figcaption", { class: "meta" }, element("span", { class: "recorded" }, "Recorded run"),
        others && " with its default values: this link has others.")), { marginInline: "0", marginBottom: "0" }))));
  document.title = `${texts.title} · Interleave`;
  watch.observe(app);

  // What is light may start by itself, when the link says so.
  const models = hash.has("models") ? list(hash.get("models")) : texts.models;
  if (on(hash.get("run")) && models.every((model) => texts.light.includes(model))) begin();
}

async function load(id) {
  if (!/^[a-z0-9-]+$/.test(id)) return undefined;
  const answer = await fetch(`${site}pictures/${id}.json`);
  return answer.ok ? answer.json() : undefined;
}
