// Where every day is a column, no day is folded: the state that is announced must say so,
// and a fold that does nothing must not take a stop of the Tab key.
const wide = window.matchMedia("(min-width: 58em)");

function arrange(grid) {
  grid.querySelectorAll("details").forEach((day) => {
    const head = day.querySelector("summary");
    if (wide.matches) {
      day.dataset.folded = String(!day.open);
      day.open = true;
      head.tabIndex = -1;
    } else {
      day.open = day.dataset.folded ? day.dataset.folded === "false" : day.open;
      head.removeAttribute("tabindex");
    }
  });
}

function arrangeAll() {
  document.querySelectorAll("[data-slots]").forEach(arrange);
}

document.addEventListener("click", (event) => {
  if (wide.matches && event.target.closest("[data-slots] summary")) {
    event.preventDefault();
  }
});
wide.addEventListener("change", arrangeAll);
arrangeAll();
