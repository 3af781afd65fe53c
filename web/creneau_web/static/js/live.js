// What others change appears by itself. The stream says only that something has changed: the page
// then reads anew what this agent may see. A hidden tab listens to nothing, so that many tabs do not
// use up the browser's connections; when it is looked at again it catches up.
const place = document.querySelector("[data-live]");
const voice = place.querySelector("[data-live-text]");
const words = place.dataset;

let source = null;
let lost = null;
let said = false;
let again;
let reading = Promise.resolve();

const say = (text) => {
  if (voice.textContent !== text) {
    voice.textContent = text;
  }
};

const clock = () =>
  new Date().toLocaleTimeString(document.documentElement.lang === "fr" ? "fr-FR" : "en-GB", {
    hour: "2-digit",
    minute: "2-digit",
  });

// Where there is a calendar it reads its own data; elsewhere the marked parts of the page are drawn
// anew, and only those that differ, so that nobody loses their place.
const redraw = async () => {
  const answer = await fetch(window.location.href, { headers: { accept: "text/html" } });
  if (answer.redirected || !answer.ok) {
    throw new Error(String(answer.status));
  }
  const next = new DOMParser().parseFromString(await answer.text(), "text/html");
  let changed = false;
  for (const part of document.querySelectorAll("[data-live-part]")) {
    const fresh = next.querySelector(`[data-live-part="${part.dataset.livePart}"]`);
    if (fresh && fresh.innerHTML !== part.innerHTML) {
      const held = part.contains(document.activeElement) ? document.activeElement.getAttribute("href") : null;
      part.replaceChildren(...fresh.childNodes);
      if (held) {
        part.querySelector(`[href="${CSS.escape(held)}"]`)?.focus();
      }
      changed = true;
    }
  }
  return changed;
};

const refresh = () => {
  reading = reading
    .then(() => (window.refreshAgenda ? window.refreshAgenda() : redraw()))
    .then((changed) => {
      if (changed) {
        say(words.updated.replace("{time}", clock()));
      }
    })
    .catch(() => {});
};

const trouble = () => {
  // A stream that ends is opened anew at once: only what lasts is worth a sentence.
  lost ??= window.setTimeout(() => {
    said = true;
    place.dataset.state = "lost";
    say(words.lost);
  }, 3000);
};

const well = () => {
  window.clearTimeout(lost);
  lost = null;
  place.dataset.state = "live";
  if (said) {
    said = false;
    say(words.back);
  }
  refresh();
};

const over = ({ data }) => {
  source?.close();
  source = null;
  window.clearTimeout(lost);
  place.dataset.state = "over";
  say(data === "suspended" ? words.suspended : words.over);
};

// A stream that is refused for good: the sign-in page stands in its place, or the server is busy.
const ask = async () => {
  try {
    const answer = await fetch(window.location.href, { method: "HEAD", redirect: "manual" });
    if (answer.type === "opaqueredirect") {
      window.clearTimeout(again);
      over({ data: "signed_out" });
    }
  } catch {
    // No network: it is tried again.
  }
};

const listen = () => {
  window.clearTimeout(again);
  source?.close();
  source = new EventSource(words.live);
  source.addEventListener("open", well);
  source.addEventListener("change", refresh);
  source.addEventListener("over", over);
  source.addEventListener("error", () => {
    trouble();
    if (source?.readyState === EventSource.CLOSED) {
      ask();
      again = window.setTimeout(listen, 4000 + Math.random() * 4000);
    }
  });
};

document.addEventListener("visibilitychange", () => {
  if (place.dataset.state === "over") {
    return;
  }
  if (document.hidden) {
    window.clearTimeout(again);
    source?.close();
    source = null;
  } else if (!source) {
    listen();
  }
});
window.addEventListener("pagehide", () => source?.close());

if (!document.hidden) {
  listen();
}
