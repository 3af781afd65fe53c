// Two keys of their own: “/” leads to the search, “?” shows the keys. They can be switched off, for whoever
// dictates or presses keys unawares.
const dialog = document.querySelector("[data-shortcuts]");
const opener = document.querySelector("[data-shortcuts-open]");
const NAME = "shortcuts";

const areOn = () => {
  try {
    return window.localStorage.getItem(NAME) !== "off";
  } catch {
    return true;
  }
};
const isVisible = (element) => element.getClientRects().length > 0;
const isTyping = (element) => element.closest("input, textarea, select, [contenteditable]");

const search = () => {
  const fields = [...document.querySelectorAll("[data-shortcut-search]")];
  const folded = document.querySelector(".person-find-menu");
  const field = fields.find(isVisible);
  if (field) {
    field.focus();
    field.select();
  } else if (folded) {
    folded.open = true;
  }
};

if (dialog) {
  const choice = dialog.querySelector("[data-shortcuts-on]");
  const open = () => {
    choice.checked = areOn();
    dialog.showModal();
  };
  choice.addEventListener("change", () => {
    try {
      window.localStorage.setItem(NAME, choice.checked ? "on" : "off");
    } catch {
      // Storage may be refused: the keys then stay as they are.
    }
  });
  opener.hidden = false;
  opener.addEventListener("click", open);
  document.addEventListener("keydown", (event) => {
    const plain = !event.ctrlKey && !event.metaKey && !event.altKey;
    const act = { "/": search, "?": open }[event.key];
    if (act && plain && areOn() && !dialog.open && !isTyping(event.target)) {
      event.preventDefault();
      act();
    }
  });
}
