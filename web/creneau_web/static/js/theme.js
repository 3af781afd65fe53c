// Runs in the head, before the page is drawn, so that a chosen theme never flashes.
// Without JavaScript the page follows the system.
(() => {
  const root = document.documentElement;
  const system = window.matchMedia("(prefers-color-scheme: dark)");
  const read = () => {
    try {
      return window.localStorage.getItem("theme");
    } catch {
      return null;
    }
  };
  const keep = (theme) => {
    try {
      window.localStorage.setItem("theme", theme);
    } catch {
      // Storage may be refused: the choice then lasts for this page.
    }
  };
  const dark = () =>
    root.dataset.theme === "dark" || (root.dataset.theme === "auto" && system.matches);

  const chosen = read();
  if (chosen === "dark" || chosen === "light") {
    root.dataset.theme = chosen;
  }

  document.addEventListener("DOMContentLoaded", () => {
    const button = document.querySelector("[data-theme-toggle]");
    if (!button) {
      return;
    }
    const show = () => button.setAttribute("aria-pressed", String(dark()));
    button.hidden = false;
    show();
    system.addEventListener("change", show);
    button.addEventListener("click", () => {
      root.dataset.theme = dark() ? "light" : "dark";
      keep(root.dataset.theme);
      show();
    });
  });
})();
