// The search of the top bar proposes while one types: a combobox whose options are links. Without this
// it is a form that leads to the list of persons.
const connect = (form) => {
  const field = form.querySelector("[name=q]");
  const found = form.querySelector(".person-found");
  const status = document.createElement("p");
  let active = -1;

  const options = () => [...found.querySelectorAll("[role=option]")];
  const close = () => {
    found.hidden = true;
    field.setAttribute("aria-expanded", "false");
    field.removeAttribute("aria-activedescendant");
    active = -1;
  };
  const mark = (number) => {
    active = number;
    options().forEach((option, index) => option.setAttribute("aria-selected", String(index === active)));
    if (active < 0) {
      field.removeAttribute("aria-activedescendant");
    } else {
      const chosen = options()[active];
      field.setAttribute("aria-activedescendant", chosen.id);
      chosen.scrollIntoView({ block: "nearest" });
    }
  };
  const show = () => {
    const said = found.querySelector("[data-said]");
    status.textContent = said && field.value.trim() ? said.dataset.said : "";
    if (!said || !field.value.trim() || document.activeElement !== field) {
      close();
      return;
    }
    const list = found.querySelector("[role=listbox]");
    if (list) {
      list.id = `${field.id}-options`;
      options().forEach((option, index) => {
        option.id = `${field.id}-option-${index}`;
      });
      field.setAttribute("aria-controls", list.id);
    }
    found.hidden = false;
    field.setAttribute("aria-expanded", String(Boolean(list)));
    mark(-1);
  };

  status.className = "visually-hidden";
  status.setAttribute("aria-live", "polite");
  form.append(status);
  field.setAttribute("role", "combobox");
  field.setAttribute("aria-autocomplete", "list");
  field.setAttribute("aria-expanded", "false");
  found.addEventListener("htmx:afterSwap", show);
  // A click must reach its link before the field is left.
  found.addEventListener("mousedown", (event) => event.preventDefault());
  field.addEventListener("focus", () => found.childElementCount && show());
  field.addEventListener("blur", close);
  field.addEventListener("keydown", (event) => {
    if (found.hidden) {
      return;
    }
    const count = options().length;
    if (event.key === "Escape") {
      close();
      event.stopPropagation();
    } else if (event.key === "ArrowDown" && count) {
      mark((active + 1) % count);
    } else if (event.key === "ArrowUp" && count) {
      mark(active <= 0 ? count - 1 : active - 1);
    } else if (event.key === "Enter" && active >= 0) {
      options()[active].click();
    } else {
      return;
    }
    event.preventDefault();
  });
};

document.querySelectorAll(".person-find").forEach(connect);

// Folded on a phone: whoever opens it wants to type.
const folded = document.querySelector(".person-find-menu");
folded?.addEventListener("toggle", () => folded.open && folded.querySelector("input").focus());
