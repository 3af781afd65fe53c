// French sets its double signs apart with a space that no line ends at: a colon never begins a line,
// a quotation does not end alone, and “9 h 30” is not cut in two. Texts are written with plain spaces; so is what tenants type.
const LOOSE = /(?<=«) | (?=[:;?!»])|(?<=\d) (?=h\b|€|%)|(?<=\d h) (?=\d\d\b)/g;
const LEFT_ALONE = "script, style, textarea, select, pre, code, [lang='en']";

const bind = (root) => {
  const texts = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
  for (let text = texts.currentNode; text; text = texts.nextNode()) {
    if (text.nodeType !== Node.TEXT_NODE || text.parentElement?.closest(LEFT_ALONE)) {
      continue;
    }
    const bound = text.data.replace(LOOSE, "\u00a0");
    if (bound !== text.data) {
      text.data = bound;
    }
  }
};

if (document.documentElement.lang === "fr") {
  bind(document.body);
  // What is drawn anew later: fragments, live parts, what scripts write.
  new MutationObserver((changes) => changes.forEach((one) => one.addedNodes.forEach(bind))).observe(
    document.body,
    { childList: true, subtree: true },
  );
}
