// One click copies; without scripts the text stands there to be selected.
async function copy(field) {
  const value = field.querySelector(".copy-value");
  const status = field.querySelector("[role=status]");
  value.select();
  try {
    await navigator.clipboard.writeText(value.value);
    status.textContent = status.dataset.copySaid;
  } catch {
    // Without https a browser lends no clipboard to pages; the older way may still work.
    const done = document.execCommand("copy");
    status.textContent = done ? status.dataset.copySaid : status.dataset.copyFailed;
  }
}

document.querySelectorAll("[data-copy]").forEach((field) => {
  const button = field.querySelector("[data-copy-button]");
  button.hidden = false;
  button.addEventListener("click", () => copy(field));
});
