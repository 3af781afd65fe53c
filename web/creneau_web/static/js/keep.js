// What was typed into a form outlives a session that ended in the middle of it: it waits in this tab,
// for the same agent and for the way back from the sign-in page alone. Then the form is shown again as
// it was; nothing is done until its button is pressed once more.
const NAME = "kept";
const form = document.querySelector("form[data-keep]");

const take = () => {
  try {
    const kept = JSON.parse(window.sessionStorage.getItem(NAME));
    window.sessionStorage.removeItem(NAME);
    return kept;
  } catch {
    return null;
  }
};

const kept = take();
const signedIn = document.referrer && new URL(document.referrer).pathname.startsWith("/agents/connexion");

if (form && kept && signedIn && kept.whose === form.dataset.keep && kept.action === form.action) {
  const again = document.createElement("form");
  again.method = "post";
  again.action = form.action;
  again.hidden = true;
  const token = form.querySelector("[name=csrf_token]");
  const shown = ["etape", "chercher"];
  for (const [name, value] of [...kept.values, shown, [token.name, token.value]]) {
    const field = document.createElement("input");
    field.name = name;
    field.value = value;
    again.append(field);
  }
  document.body.append(again);
  again.submit();
} else if (form) {
  form.addEventListener("submit", () => {
    const values = [...new FormData(form)].filter(([name]) => !["csrf_token", "etape"].includes(name));
    try {
      window.sessionStorage.setItem(
        NAME,
        JSON.stringify({ whose: form.dataset.keep, action: form.action, values }),
      );
    } catch {
      // Storage may be refused: the form is sent all the same.
    }
  });
}
