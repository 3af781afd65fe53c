// For the tenant's own website: each link marked `data-creneau` becomes the free times, in a frame.
// Without this script, or where the site is not allowed, the link stays and leads to the same.
(() => {
  const home = new URL(document.currentScript.src).origin;
  const frames = new Map();
  const patience = 3000;

  function embed(link) {
    const path = new URL(link.href, home).pathname;
    const frame = document.createElement("iframe");
    frame.src = `${home}/integration?shown=${encodeURIComponent(path)}`;
    frame.title = link.textContent.trim();
    frame.loading = "lazy";
    frame.style.cssText = "display:block;width:100%;height:420px;border:0";
    link.after(frame);
    let shown = false;
    frame.addEventListener("load", () => {
      // A next page begins at its top, and whoever chose far down a long list stands below it.
      if (shown && frame.getBoundingClientRect().top < 0) {
        frame.scrollIntoView();
      }
      shown = true;
      // A site that is not allowed, or a service that is away: an empty frame would help nobody.
      setTimeout(() => {
        frame.style.display = link.hidden ? "block" : "none";
      }, patience);
    });
    frames.set(frame, link);
  }

  window.addEventListener("message", (event) => {
    if (event.origin !== home || typeof event.data?.creneauHeight !== "number") {
      return;
    }
    for (const [frame, link] of frames) {
      if (frame.contentWindow === event.source) {
        // The frame speaks only once it is shown: until then the link is the way.
        link.hidden = true;
        frame.style.display = "block";
        frame.style.height = `${Math.min(Math.max(event.data.creneauHeight, 120), 4000)}px`;
      }
    }
  });

  document.querySelectorAll("a[data-creneau]").forEach(embed);
})();
