// The server already says until when the time is held; this adds how long that still is.
// It is read aloud twice only: at two minutes, and when the time is over.
const URGENT = 120;

function start(box) {
  const left = box.querySelector("[data-countdown-left]");
  const voice = box.querySelector("[data-countdown-voice]");
  const end = Date.now() + Number(box.dataset.seconds) * 1000;
  let stage = "quiet";

  function enter(next, text) {
    if (stage === next) {
      return;
    }
    stage = next;
    box.classList.add("countdown-urgent");
    voice.textContent = text;
  }

  function tick() {
    const seconds = Math.max(0, Math.round((end - Date.now()) / 1000));
    if (seconds === 0) {
      left.textContent = "";
      enter("over", box.dataset.over);
      box.querySelector("[data-countdown-text]").textContent = box.dataset.over;
      return;
    }
    left.textContent = remaining(box, seconds);
    if (seconds <= URGENT) {
      enter("urgent", box.dataset.urgent);
    }
    window.setTimeout(tick, seconds > URGENT ? 5000 : 1000);
  }

  tick();
}

function remaining(box, seconds) {
  if (seconds > URGENT) {
    return box.dataset.minutes.replace("{n}", Math.ceil(seconds / 60));
  }
  const rest = String(seconds % 60).padStart(2, "0");
  return box.dataset.clock.replace("{m}", Math.floor(seconds / 60)).replace("{s}", rest);
}

document.querySelectorAll("[data-countdown]").forEach(start);
