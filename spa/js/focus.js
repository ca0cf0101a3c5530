/** Keeps a keyboard's place while buttons rest, are replaced, or go away. */

/** @type {Element | null} */ let place = null;
let region = ""; // the list in which the place was: its buttons may be made anew

/** @param {boolean} busy */
export function showBusy(busy) {
  if (busy) {
    place = document.activeElement;
    region = place?.closest("[id]:not(button)")?.id ?? "";
  }
  for (const button of document.querySelectorAll("button")) button.disabled = busy;
  if (!busy && place instanceof HTMLElement && document.activeElement !== place) place.focus();
}

/**
 * Move the place, at once where that is possible, and when the buttons wake where it is not.
 * @param {Element | null} element
 * @param {string} [within] only if the place was in the region of this id
 */
export function keepFocusOn(element, within = region) {
  if (!(element instanceof HTMLElement) || within !== region) return;
  place = element;
  element.focus();
}
