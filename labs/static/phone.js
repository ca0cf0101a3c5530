/** An app of the phone claims a scheme, as the system of a phone would note it; a second claim changes nothing. */

const said = document.querySelector("#said");
const handler = `${location.origin}/opened?uri=%s`;

document.querySelector("#claim").addEventListener("click", ({ currentTarget }) => {
  tell(() => {
    navigator.unregisterProtocolHandler?.(currentTarget.dataset.scheme, handler);
    navigator.registerProtocolHandler(currentTarget.dataset.scheme, handler);
    return "Asked the browser. Where it asks you, allow it.";
  });
});

document.querySelector("#release").addEventListener("click", ({ currentTarget }) => {
  tell(() => {
    navigator.unregisterProtocolHandler?.(currentTarget.dataset.scheme, handler);
    return "Given up.";
  });
});

/** @param {() => string} act */
function tell(act) {
  try {
    said.textContent = act();
  } catch (problem) {
    said.textContent = `The browser refuses: ${problem.message}`;
  }
}
