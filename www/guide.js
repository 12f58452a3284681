// The guide's script: runs scenarios where they stand, fills in the reader's own figures, walks the decision tree, checks exercises.
// It hears only the frames it made, and only writes text.

// ---- What the results say

const run = (result, model, variant) =>
  result.runs.find((r) => r.model === model && (variant === undefined || r.variant === variant) && r.medianMs !== null);
const median = (result, model, variant) => run(result, model, variant)?.medianMs;
const figure = (result, model, name, variant) => run(result, model, variant)?.figures?.[name];
const holds = (result) => result.claims.length > 0 && result.claims.every((c) => c.ok || c.timed);
const speed = (result) => result.params.speed ?? 1;
const ratio = (above, below) => (above && below ? above / below : undefined);

// Each unit ends where its figure would round up to the next one, as in src/model/units.rs.
const time = (ms) => {
  if (!(ms > 0)) return ms === 0 ? "0 ms" : undefined;
  if (ms >= 999.5) return `${(ms / 1000).toFixed(2)} s`;
  if (ms >= 0.9995) return `${ms.toPrecision(3)} ms`;
  return ms >= 0.0009995 ? `${(ms * 1000).toPrecision(3)} µs` : `${Math.round(ms * 1e6)} ns`;
};
const times = (gain) => (gain ? `${gain.toFixed(2)} times` : undefined);
const bytes = (n) => {
  if (!(n > 0)) return undefined;
  if (n < 1024) return `${Math.round(n)} B`;
  return n < 1024 * 1024 ? `${(n / 1024).toFixed(1)} KiB` : `${(n / 1024 / 1024).toFixed(1)} MiB`;
};
const whole = (n) => Math.round(n).toLocaleString("en-US");

// What a cell of a table shows of a result of its scenario, at real speed and with the values that the words beside it name:
// [scenario, values as in a link, result -> text or undefined].
const waited = (model) => ["gil-io", "jobs=8&wait=300&workers=8", (r) => time(median(r, model))];
const computed = (text) => ["gil-cpu", "work=1&jobs=4&steps=500000&workers=4", text];
const gained = (model) => computed((r) => times(ratio(median(r, "sequential"), median(r, model))));
const MEASURES = {
  "wait-sequential": waited("sequential"),
  "wait-asyncio": waited("asyncio"),
  "wait-threads": waited("threads"),
  "wait-free": waited("free-threads"),
  "wait-processes": waited("processes"),
  "compute-sequential": computed((r) => time(median(r, "sequential"))),
  "compute-threads": gained("threads"),
  "compute-free": gained("free-threads"),
  "compute-processes": gained("processes"),
  "task-bytes": ["many-tasks", "tasks=10000", (r) => bytes(figure(r, "asyncio", "bytes a task"))],
  "task-start": ["many-tasks", "tasks=10000", (r) => time(figure(r, "asyncio", "start ns a task") / 1e6)],
  "tasks-done": ["many-tasks", "tasks=10000&wait=500", (r) => time(median(r, "asyncio"))],
  "thread-bytes": ["many-tasks", "", (r) => bytes(figure(r, "threads", "bytes a thread"))],
  "thread-start": ["gil-io", "jobs=8&workers=8", (r) => time(run(r, "threads")?.startMs)],
  "process-start": ["start-methods", "processes=4", (r) => time(run(r, "processes", "spawn")?.startMs)],
  "process-bytes": ["start-methods", "processes=4", (r) => bytes(figure(r, "processes", "bytes", "spawn"))],
  "lost": ["race", "", (r) => {
    const lost = figure(r, "free-threads", "lost", "none");
    return lost === undefined ? undefined : `${whole(lost)} of ${whole(r.params.threads * r.params.increments)} lost`;
  }],
};
const meant = (values, result) =>
  speed(result) === 1 && [...new URLSearchParams(values)].every(([key, value]) => String(result.params[key]) === value);

// ---- What is kept from visit to visit; pages without storage forget it

const KEPT = "interleave:guide";
let kept = { measures: {}, done: {} };
try {
  const found = JSON.parse(localStorage.getItem(KEPT));
  for (const part of ["measures", "done"]) {
    for (const [key, value] of Object.entries(found?.[part] ?? {})) {
      if (Array.isArray(value) && value.every((v) => typeof v === "string")) kept[part][key] = value;
    }
  }
} catch { /* no storage, or not ours: nothing is known yet */ }
const keep = () => {
  try {
    localStorage.setItem(KEPT, JSON.stringify(kept));
  } catch { /* it is there until the page is left */ }
};
// A day as the reader's calendar has it: a date alone would be read as midnight in Greenwich.
const today = () => {
  const now = new Date();
  return [now.getFullYear(), now.getMonth() + 1, now.getDate()].map((n) => String(n).padStart(2, "0")).join("-");
};
const day = (date) => new Date(`${date}T00:00`).toLocaleDateString("en-GB", { day: "numeric", month: "short", year: "numeric" });
const element = (tag, className, text) => {
  const made = document.createElement(tag);
  if (className) made.className = className;
  if (text !== undefined) made.textContent = text;
  return made;
};

function fill() {
  for (const cell of document.querySelectorAll("[data-measure]")) {
    const known = Object.hasOwn(kept.measures, cell.dataset.measure) && kept.measures[cell.dataset.measure];
    if (!known) continue;
    const shown = element("span", "measured", known[0]);
    shown.append(element("small", "", `here, ${day(known[1])}`));
    cell.replaceChildren(shown);
  }
  for (const mark of document.querySelectorAll("[data-done]")) {
    const known = Object.hasOwn(kept.done, mark.dataset.done) && kept.done[mark.dataset.done];
    if (known) mark.replaceChildren(element("span", "done", `✓ solved on ${day(known[0])}`));
  }
}

function note(result) {
  for (const [name, [scenario, values, text]] of Object.entries(MEASURES)) {
    const found = scenario === result.scenario && meant(values, result) ? text(result) : undefined;
    if (found !== undefined) kept.measures[name] = [found, today()];
  }
  keep();
  fill();
}

// ---- Frames

const frames = new Map();

function open(live) {
  const frame = document.createElement("iframe");
  frame.title = live.dataset.title;
  frame.allow = "cross-origin-isolated";
  frame.height = live.querySelector(".stage").offsetHeight;
  frame.src = live.dataset.frame;
  frames.set(frame, live);
  live.querySelector(".stage").replaceWith(frame);
  frame.focus();
}

const set = (frame, live) =>
  frame.contentWindow.postMessage({ type: "interleave:set", v: 1, hash: live.dataset.frame.split("#")[1] }, "*");

addEventListener("message", ({ source, data }) => {
  const [frame, live] = [...frames].find(([f]) => f.contentWindow === source) ?? [];
  if (!frame || typeof data !== "object" || data === null) return;
  if (data.type === "interleave:resize" && data.height > 40 && data.height < 20_000) frame.height = Math.ceil(data.height);
  // One press was enough to say "run"; what is to be set up first shows its form, and is run by its own button.
  if (data.type === "interleave:ready" && !live.dataset.started) {
    live.dataset.started = "yes";
    // What is asked for may have changed since the frame was made.
    if (live.dataset.exercise || frame.src !== new URL(live.dataset.frame, document.baseURI).href) set(frame, live);
    if (!live.dataset.exercise) frame.contentWindow.postMessage({ type: "interleave:run", v: 1 }, "*");
  }
  if (data.type === "interleave:result" && Array.isArray(data.runs) && Array.isArray(data.claims)) heard(frame, live, data);
});

function heard(frame, live, result) {
  const held = result.claims.filter((c) => c.ok).length;
  const from = result.recorded ? `recorded on ${result.recorded.system}, ${result.recorded.date}: ` : "";
  const ran = result.runs.some((r) => typeof r.medianMs === "number");
  const why = result.runs.find((r) => r.reason)?.reason;
  const plain = ran ? "it ran" : why ? `no result: ${why}` : "nothing of it could run here";
  const text = from + (result.claims.length ? `${held} of ${result.claims.length} statements held` : plain);
  const told = live.querySelector(".held") ?? live.querySelector(".under").appendChild(element("span", "held"));
  told.setAttribute("role", "status");
  told.classList.toggle("not", result.claims.length ? held < result.claims.length : !ran);
  told.textContent = text;
  if (!result.recorded) note(result);
  if (live.dataset.exercise) check(live, result);
  // Where nothing of it can run, the page in the frame has a recorded run to show; that comes as a result of its own.
  if (!result.recorded && result.runs.length === 0) frame.contentDocument?.querySelector("#recorded")?.click();
}

// ---- Exercises: what must be set up, and what was predicted. A condition is [text, whether it holds].

const only = (result, ...variants) => result.variant.split(",").sort().join() === variants.sort().join();
const EXERCISES = {
  pool: {
    came: (r) => median(r, "threads") * speed(r),
    checks: ({ params: p, ...r }) => [
      ["Twenty downloads", p.jobs === 20],
      ["Each takes 500 ms", p.from === 500 && p.to === 500],
      ["Nobody waits more than four times in a row: enough threads", Math.ceil(p.jobs / p.workers) <= 4],
      ["With one thread fewer it would be five: not too many", Math.ceil(p.jobs / (p.workers - 1)) > 4],
      ["The threads ran, and what the page states about them held", run(r, "threads") !== undefined && holds(r)],
    ],
  },
  client: {
    came: (r) => median(r, "asyncio", "reserving") * speed(r),
    checks: (r) => [
      ["Fifty calls of a second each, ten allowed a second", r.params.calls === 50 && r.params.rate === 10 && r.params.work === 1000],
      ["Only the limiter that keeps the limit", only(r, "reserving")],
      ["All is over within 6.5 s: enough calls at once", median(r, "asyncio", "reserving") * speed(r) <= 6500],
      ["What the page states about the limiter held", holds(r)],
    ],
  },
  crossover: {
    came: (r) => {
      const found = r.claims.map((c) => c.ok && /From (\d+) × \d+ on, (free threads|processes)/.exec(c.text));
      return Math.min(...found.filter(Boolean).map((m) => Number(m[1])));
    },
    checks: (r) => [
      ["The variant that looks for the crossover", r.variant.split(",").includes("crossover")],
      ["One thread, and something to beat it", run(r, "sequential") !== undefined && r.runs.some((x) => x.model !== "sequential" && x.ok)],
      ["Sizes up to 300 or more, shared by two or more", r.params.size >= 300 && r.params.workers >= 2],
      ["A crossover was found", Number.isFinite(EXERCISES.crossover.came(r))],
    ],
  },
  race: {
    came: (r) => figure(r, "free-threads", "lost", "none"),
    checks: (r) => {
      const right = whole(r.params.threads * r.params.increments);
      const fixed = (variant) => run(r, "free-threads", variant)?.value === right;
      return [
        ["Free threads without protection, and they lost updates", figure(r, "free-threads", "lost", "none") > 0],
        [`Fixed with a lock: ${right}`, fixed("lock")],
        [`Fixed with a queue: ${right}`, fixed("queue")],
        [`Fixed with a counter for each thread: ${right}`, fixed("aggregate")],
      ];
    },
  },
  pipeline: {
    came: (r) => median(r, "hybrid") * speed(r),
    checks: (r) => [
      ["Forty records or more", r.params.records >= 40],
      ["Fetching takes 100 ms each, and is computed upon", r.params.fetch === 100 && r.params.numbers >= 1_000_000],
      ["One after another, and together", run(r, "sequential") !== undefined && run(r, "hybrid") !== undefined],
      ["Together it takes a third of the time, or less", ratio(median(r, "sequential"), median(r, "hybrid")) >= 3],
      ["Every record is stored once, with its own sum", holds(r)],
    ],
  },
};

function check(live, result) {
  const exercise = EXERCISES[live.dataset.exercise];
  const list = live.querySelector(".checks");
  if (result.recorded) {
    list.replaceChildren(element("li", "no", "That was a recorded run. This one has to run here: open the page where threads can run."));
    return;
  }
  const rows = exercise.checks(result).map(([text, ok]) => element("li", ok ? "yes" : "no", text));
  const solved = rows.every((row) => row.className === "yes");
  const came = exercise.came(result);
  if (Number.isFinite(came)) {
    const guess = live.querySelector(".predict input").valueAsNumber;
    const off = came === 0 ? (guess === 0 ? 0 : Infinity) : Math.abs(guess - came) / came;
    const word = off <= 0.1 ? "well predicted" : off <= 0.5 ? "not far" : "that is the surprise to explain";
    rows.push(element("li", "sum", `You predicted ${whole(guess)}; it came to ${whole(came)}: ${word}.`));
  }
  rows.push(element("li", `sum ${solved ? "yes" : "no"}`, solved ? "Solved." : "Not yet: change what has a ✕, and run again."));
  live.dataset.solved = solved ? "yes" : "no";
  list.replaceChildren(...rows);
  if (solved) {
    kept.done[live.dataset.exercise] = [today()];
    keep();
    fill();
  }
}

for (const live of document.querySelectorAll(".live")) {
  const button = live.querySelector(".go");
  const guess = live.querySelector(".predict input");
  button.hidden = false;
  if (guess) {
    button.textContent = "Set it up";
    button.disabled = guess.value === "";
    guess.addEventListener("input", () => (button.disabled = !guess.validity.valid || guess.value === ""));
    guess.form.addEventListener("submit", (event) => (event.preventDefault(), button.click()));
  }
  button.addEventListener("click", () => {
    if (guess) guess.readOnly = true; // the guess stays
    open(live);
  });
}

// ---- The decision tree: a question's answer names the next question, or a leaf

for (const tree of document.querySelectorAll(".tree")) {
  const numbers = tree.querySelectorAll(".numbers input");
  const live = tree.parentElement.querySelector("[data-scenario='pick-a-model']");
  const plain = live.dataset.frame.split("#")[0];
  const walk = () => {
    let at = tree.dataset.first;
    for (const part of tree.querySelectorAll("[data-question], [data-leaf]")) part.hidden = true;
    for (;;) {
      const question = at && tree.querySelector(`[data-question="${at}"]`);
      if (!question) break;
      question.hidden = false;
      at = question.querySelector("input:checked")?.value;
    }
    const leaf = at && tree.querySelector(`[data-leaf="${at}"]`);
    tree.dataset.at = leaf ? at : "";
    if (leaf) leaf.hidden = false;
    // A leaf has the answers that lead to it, by the keys of links.
    const { leaf: _, ...asked } = { ...leaf?.dataset };
    for (const input of numbers) if (input.value !== "" && input.validity.valid) asked[input.name] = input.value;
    const said = Object.entries(asked).map(([key, value]) => `&${key}=${value}`);
    const hash = `#v=1&s=pick-a-model${said.join("")}`;
    live.dataset.frame = plain + hash;
    live.querySelector(".under a").href = `../../${hash}`;
    for (const [frame, of] of frames) if (of === live) set(frame, live);
  };
  tree.addEventListener("input", walk);
  tree.addEventListener("submit", (event) => event.preventDefault());
  walk();
}

fill();
