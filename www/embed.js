// For authors: turns links to the site into frames that grow with what is in them. In any page, once:
//   <script src="https://host/path/embed.js" defer></script>
// and then, as often as wanted, one of
//   <a class="interleave" href="https://host/path/#v=1&amp;s=race">Lost updates</a>
//   <div data-interleave="v=1&amp;s=race" data-title="Lost updates" data-height="600"></div>
// Only links to the place this file came from become frames. The link stays where it is until its frame speaks, and for good
// where frames or scripts are not allowed.
(() => {
  const site = new URL("./", document.currentScript?.src ?? location.href);
  const frames = new Map();

  function frame(place) {
    const text = place.dataset.interleave ?? place.href;
    let address;
    try {
      address = new URL(/^(https?:|[?#./])/i.test(text) ? text : `#${text}`, site);
    } catch {
      return;
    }
    if (!address.href.startsWith(site.href)) return;
    const plain = address.href;
    if (!/[?&]embed(=|&|$)/i.test(address.search)) address.search += `${address.search ? "&" : "?"}embed`;
    const made = document.createElement("iframe");
    made.title = place.dataset.title ?? (place.textContent.trim() || "Interleave: concurrency, live");
    made.loading = "lazy";
    made.allow = "cross-origin-isolated; clipboard-write; fullscreen";
    made.width = "100%";
    made.height = /^\d{2,4}$/.test(place.dataset.height) ? place.dataset.height : "560";
    Object.assign(made.style, { border: "0", width: "100%", height: `${made.height}px` });
    made.src = address.href;
    let link = place;
    if (place.localName !== "a") {
      link = document.createElement("a");
      link.href = plain;
      link.textContent = made.title;
      place.append(made, link);
    } else {
      place.before(made);
    }
    delete place.dataset.interleave;
    place.classList.remove("interleave");
    frames.set(made, { origin: address.origin, link });
  }

  addEventListener("message", ({ source, origin, data }) => {
    for (const [made, { origin: own, link }] of frames) {
      if (made.contentWindow !== source || origin !== own) continue;
      if (data?.type === "interleave:ready") link.hidden = true;
      if (data?.type === "interleave:resize" && data.height >= 40 && data.height <= 20000) {
        made.style.height = `${Math.ceil(data.height)}px`;
      }
    }
  });

  const all = () => document.querySelectorAll("a.interleave[href], [data-interleave]").forEach(frame);
  if (document.readyState === "loading") addEventListener("DOMContentLoaded", all);
  else all();
})();
