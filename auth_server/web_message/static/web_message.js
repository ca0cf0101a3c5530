/** Hands the answer to the page that opened this window; the browser looks whether its origin is the one named here. */

const form = /** @type {HTMLFormElement} */ (document.getElementById("answer"));
const news = /** @type {HTMLElement} */ (document.getElementById("news"));
const response = Object.fromEntries(new FormData(form));

if (window.opener) {
  window.opener.postMessage({ type: "authorization_response", response }, form.dataset.origin);
  const whose = form.dataset.origin === "*" ? "whoever that is" : `and only a page of ${form.dataset.origin} hears it`;
  news.textContent = `It was said to the page that opened this window, ${whose}. You can close it.`;
} else {
  news.textContent = "No page opened this window, so nobody gets the answer. You can close it.";
}
