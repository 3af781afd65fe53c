// Comfort for the form of a motive: a box that cannot be ticked is closed at once, and the preview
// beside the form follows what is typed. The server refuses and draws all the same.
const form = document.querySelector("[data-motive]");
const frame = document.querySelector("[data-preview]");

const box = form?.elements.namedItem("secretariat");
const reason = document.querySelector("[data-reason]");

const closeBox = () => {
  const atHome = new FormData(form).get("location_type") === "home";
  box.disabled = atHome;
  if (atHome) {
    box.checked = false;
  }
  reason.textContent = atHome ? reason.dataset.reason : reason.dataset.otherwise;
};

let last = 0;

const draw = async () => {
  const mine = (last += 1);
  const typed = new URLSearchParams(new FormData(form));
  typed.set("framed", "yes");
  try {
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

if (form && frame) {
  let waiting;
  form.addEventListener("input", () => {
    closeBox();
    window.clearTimeout(waiting);
    if (frame.checkVisibility?.() ?? true) {
      waiting = window.setTimeout(draw, 500);
    }
  });
}
