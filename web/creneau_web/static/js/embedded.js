// Inside the frame: say how tall the page is, so that the site around it shows no second scrollbar.
// The number is no secret; which site it goes to is settled by whom the page lets frame it.
function tell() {
  const height = Math.ceil(document.documentElement.getBoundingClientRect().height);
  window.parent.postMessage({ creneauHeight: height }, "*");
}

if (window.parent !== window) {
  new ResizeObserver(tell).observe(document.documentElement);
  tell();
}
