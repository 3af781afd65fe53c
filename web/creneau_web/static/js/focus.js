// After a form came back with errors, the reader starts at their summary.
const target = document.querySelector("[data-focus]");
if (target) {
  target.focus();
}
