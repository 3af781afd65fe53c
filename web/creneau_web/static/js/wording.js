// Comfort for the texts of messages: the preview follows what is typed, and a click on a placeholder
// writes it where the cursor was. Without this script the button draws the preview all the same.
const form = document.querySelector("[data-wording]");
const frame = document.querySelector("[data-preview]");

let last = 0;

const draw = async () => {
  const mine = (last += 1);
  try {
    const typed = new URLSearchParams(new FormData(form));
    const answer = await fetch(frame.dataset.preview, { method: "POST", body: typed });
    const page = await answer.text();
    if (answer.ok && mine === last) {
      const top = frame.contentWindow?.scrollY ?? 0;
      frame.addEventListener("load", () => frame.contentWindow?.scrollTo(0, top), { once: true });
      frame.srcdoc = page;
    }
  } catch {
    // Without the network the preview stays as it was.
  }
};

let waiting;

const drawSoon = () => {
  window.clearTimeout(waiting);
  waiting = window.setTimeout(draw, 500);
};

let field = form?.elements.namedItem("introduction");

const insert = (text) => {
  const at = field.selectionStart ?? field.value.length;
  field.setRangeText(text, at, field.selectionEnd ?? at, "end");
  field.focus();
  drawSoon();
};

if (form && frame) {
  form.addEventListener("input", drawSoon);
  form.addEventListener("focusin", ({ target }) => {
    if (["subject", "introduction", "ending", "sms"].includes(target.name)) {
      field = target;
    }
  });
  const word = document.querySelector("[data-insert-label]").dataset.insertLabel;
  for (const code of document.querySelectorAll("[data-insert]")) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "wording-insert";
    button.textContent = code.textContent;
    button.setAttribute("aria-label", `${word} ${code.dataset.insert}`);
    button.addEventListener("click", () => insert(code.dataset.insert));
    code.replaceWith(button);
  }
}
