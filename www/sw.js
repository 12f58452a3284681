// The site's service worker (registered by www/boot.js). It adds the headers of www/_headers to the site's own files, so that
// pages are isolated on hosts that send none, and keeps the files for use without a network.
//
// Every build has its own list of files with their checksums, its own cache and its own worker, so builds are never mixed: a file
// of another build is refused. A new build's worker fetches its files while the old one serves; it takes over when no page of
// the old build is left, or when the only one that is left asks for it before it has begun (`take`).

// Written by src/bin/offline when the site is built.
const BUILD = "", FILES = {}, HEADERS = [];

const ROOT = registration.scope;
const OURS = `interleave ${ROOT} `; // another copy on this host has other caches
const WHOLE = `${ROOT}?whole`; // kept when everything is

const has = (path) => Object.hasOwn(FILES, path);
const cache = () => caches.open(OURS + BUILD);

// Where a build was kept, the next is kept before it takes over; a first visit is not made to wait.
addEventListener("install", (event) => event.waitUntil((async () => {
  if (!registration.active) return skipWaiting();
  if (await caches.match(WHOLE)) await fill();
})()));

addEventListener("activate", (event) => event.waitUntil(forget((name) => name !== OURS + BUILD)));

async function forget(which) {
  const names = (await caches.keys()).filter((name) => name.startsWith(OURS) && which(name));
  await Promise.all(names.map((name) => caches.delete(name)));
}

let left = false; // a page opted out: nothing is kept, until another wants the worker again

addEventListener("message", (event) => {
  const { claim, take, keep, leave } = event.data;
  // Only a page of this build is taken over.
  if (claim && has(claim)) {
    left = false;
    event.waitUntil(clients.claim());
  }
  if (leave) {
    left = true;
    event.waitUntil(forget(() => true).then(() => event.ports[0].postMessage(true)));
  }
  if (keep && !left) event.waitUntil(fill().catch(() => {})); // without a network: another time
  if (take) {
    event.waitUntil((async () => {
      const pages = await clients.matchAll({ includeUncontrolled: true, type: "window" });
      const alone = pages.filter(({ url }) => url.startsWith(ROOT)).length === 1;
      event.ports[0].postMessage(alone);
      if (alone) skipWaiting();
    })());
  }
});

addEventListener("fetch", (event) => {
  const { request } = event;
  // What asks for the network itself gets it.
  if (request.method !== "GET" || !request.url.startsWith(ROOT) || ["no-store", "reload"].includes(request.cache)) return;
  const { pathname, search } = new URL(request.url);
  const path = pathname.slice(new URL(ROOT).pathname.length).replace(/(^|\/)$/, "$1index.html");
  const plain = request.mode === "navigate" && /[?&]coi=0(&|$)/i.test(search);
  event.respondWith(answer(event, path, plain));
});

async function answer(event, path, plain) {
  if (!has(path)) return dressed(await fetch(event.request), path);
  const response = await kept(event, path);
  return plain ? undressed(response, path) : response;
}

// With the headers; with none of them.
const dressed = (response, path) => dress(response, path, (headers, name, value) => headers.has(name) || headers.set(name, value));
const undressed = (response, path) => dress(response, path, (headers, name) => headers.delete(name));

function dress(response, path, put) {
  if (!response.status) return response; // a redirection is the browser's to follow
  const headers = new Headers(response.headers);
  for (const [below, name, value] of HEADERS) if (path.startsWith(below)) put(headers, name, value);
  return new Response(response.body, { status: response.status, statusText: response.statusText, headers });
}

// Files are kept with the headers, so that what is kept is answered as it is.
async function kept(event, path) {
  const found = !left && await cache().then((files) => files.match(ROOT + path)).catch(() => {});
  if (found) return found;
  const response = dressed(await whole(path), path);
  if (response.ok && !left) {
    const copy = response.clone();
    event.waitUntil(cache().then((files) => files.put(ROOT + path, copy)).catch(() => {})); // a full disk costs the copy
  }
  return response;
}

// The file as this build has it.
async function whole(path) {
  for (const cache of ["default", "reload"]) {
    try {
      return await fetch(ROOT + path, { cache, integrity: FILES[path] });
    } catch {
      // No network, another build, or a host that rewrites its files.
    }
  }
  const response = await fetch(ROOT + path);
  const deployed = await (await fetch(`${ROOT}sw.js`, { cache: "no-store" })).text();
  return !response.ok || deployed.includes(BUILD) ? response : Response.error();
}

async function fill() {
  const files = await cache();
  const there = new Set((await files.keys()).map(({ url }) => url));
  const missing = Object.keys(FILES).filter((path) => !there.has(ROOT + path));
  const next = async () => {
    for (let path = missing.pop(); path; path = missing.pop()) {
      const response = await whole(path);
      if (!response.ok) throw new Error(`${path}: ${response.status}`);
      await files.put(ROOT + path, dressed(response, path));
    }
  };
  await Promise.all([next(), next(), next(), next()]);
  await files.put(WHOLE, new Response());
}
