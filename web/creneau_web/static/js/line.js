// The page is complete without this; here it looks by itself where the visitor stands.
// Only what has changed is written, so that nothing is read aloud twice.
const box = document.querySelector("[data-line]");

async function look() {
  try {
    const answer = await fetch(location.href, { headers: { accept: "text/html" } });
    if (answer.ok) {
      show(new DOMParser().parseFromString(await answer.text(), "text/html"));
    }
  } catch {
    // Without a network the place is kept all the same: look again later.
  }
  wait(box.dataset.line);
}

function show(page) {
  const next = page.querySelector("[data-line]");
  if (!next) {
    location.reload();
    return;
  }
  box.dataset.line = next.dataset.line;
  const parts = next.querySelectorAll("[data-line-part]");
  box.querySelectorAll("[data-line-part]").forEach((part, number) => {
    if (part.textContent !== parts[number].textContent) {
      part.textContent = parts[number].textContent;
    }
  });
}

// Not all at the same moment: thousands came at the same moment.
function wait(seconds) {
  window.setTimeout(look, Number(seconds) * 1000 * (0.8 + Math.random() * 0.4));
}

document.querySelector("[data-line-alive]").hidden = false;
wait(box.dataset.line);
