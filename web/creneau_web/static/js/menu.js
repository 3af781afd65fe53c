// Menus are <details>: they open without this. Escape and a click elsewhere close them.
const menus = "details.menu[open]";

document.addEventListener("keydown", (event) => {
  const menu = event.key === "Escape" && document.querySelector(menus);
  if (menu) {
    menu.open = false;
    menu.querySelector("summary").focus();
  }
});

document.addEventListener("click", (event) => {
  document.querySelectorAll(menus).forEach((menu) => {
    if (!menu.contains(event.target)) {
      menu.open = false;
    }
  });
});
