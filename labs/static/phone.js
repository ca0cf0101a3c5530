/** An app of the phone claims a scheme, as the system of a phone would note it; a second claim changes nothing. */

const PATIENCE = 1500; // milliseconds, in which a browser that hands a URI over has left this page
const find = (/** @type {string} */ id) => document.querySelector(`#${id}`);
const handler = `${location.origin}/opened?uri=%s`;
const able = typeof navigator.registerProtocolHandler === "function";

find("cannot").hidden = able;
find("claim").disabled = !able;

find("claim").addEventListener("click", ({ currentTarget }) => {
  tell(() => {
    navigator.unregisterProtocolHandler?.(currentTarget.dataset.scheme, handler);
    navigator.registerProtocolHandler(currentTarget.dataset.scheme, handler);
    return "Asked the browser. Where it asks you, allow it; a private window says nothing, and does nothing. Then try it.";
  });
});

find("release").addEventListener("click", ({ currentTarget }) => {
  tell(() => {
    navigator.unregisterProtocolHandler?.(currentTarget.dataset.scheme, handler);
    return "Given up.";
  });
});

// No script may ask who has claimed a scheme. But if nobody has, this page is still here after the link.
find("try").addEventListener("click", () => {
  const waiting = setTimeout(() => {
    find("said").textContent =
      "Nothing was opened: no app has claimed this scheme. In a private window none can; below it says what to do.";
  }, PATIENCE);
  addEventListener("pagehide", () => clearTimeout(waiting), { once: true });
});

/** @param {() => string} act */
function tell(act) {
  try {
    find("said").textContent = act();
  } catch (problem) {
    find("said").textContent = `The browser refuses: ${problem.message}`;
  }
}
