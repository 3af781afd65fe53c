// Long lists of names: a field that leaves those out which do not have what is typed. Without it the
// list is whole.
const plain = (text) => text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();

for (const list of document.querySelectorAll("[data-filter]")) {
  const names = [...list.querySelectorAll("label")];
  if (names.length > 8) {
    const field = document.createElement("input");
    field.type = "search";
    field.className = "input";
    field.autocomplete = "off";
    field.placeholder = list.dataset.filter;
    field.setAttribute("aria-label", list.dataset.filter);
    field.addEventListener("input", () => {
      const words = plain(field.value).split(/\s+/);
      for (const name of names) {
        name.hidden = !words.every((word) => plain(name.textContent).includes(word));
      }
    });
    field.addEventListener("keydown", (event) => {
      if (event.key === "Enter") {
        event.preventDefault();
      }
    });
    list.before(field);
  }
}
