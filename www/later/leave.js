// `?coi=0`: the site's service worker is left, and nothing is kept.

/** Done when the worker of the site at `home` is gone, if there was one. */
export async function leave(workers, home) {
  const registration = await workers.getRegistration(home);
  if (registration?.active?.scriptURL !== `${home}sw.js`) return;
  const { port1, port2 } = new MessageChannel();
  const left = new Promise((then) => (port1.onmessage = then));
  registration.active.postMessage({ leave: true }, [port2]);
  await Promise.race([left, new Promise((then) => setTimeout(then, 1_000))]);
  await registration.unregister();
}
