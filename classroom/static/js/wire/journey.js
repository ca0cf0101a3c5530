/** One secret's whole journey, lit up wherever it appears: by pointing at it, or by pressing its name. */

import { at } from "../shared/dom.js";

/** @param {HTMLElement} page @param {import("../shared/model.js").Model} model */
export function journeys(page, model) {
  let pinned = "";
  const light = (/** @type {string} */ key) => {
    page.classList.toggle("tracing", Boolean(key));
    for (const lit of page.querySelectorAll(".traced")) lit.classList.remove("traced");
    if (key)
      for (const chip of page.querySelectorAll(`[data-artifact="${CSS.escape(key)}"]`)) chip.classList.add("traced");
  };
  const under = (/** @type {Event} */ event) =>
    event.target instanceof Element ? event.target.closest("[data-artifact], [data-journey]") : null;
  const keyOf = (/** @type {any} */ element) => element?.dataset.artifact ?? element?.dataset.journey ?? "";
  page.addEventListener("pointerover", (event) => light(keyOf(under(event)) || pinned));
  page.addEventListener("focusin", (event) => light(keyOf(under(event)) || pinned));
  page.addEventListener("pointerleave", () => light(pinned));
  page.addEventListener("click", (event) => {
    const pressed = event.target instanceof Element && event.target.closest("[data-journey]");
    if (!pressed) return;
    pinned = pinned === keyOf(pressed) ? "" : keyOf(pressed);
    for (const button of page.querySelectorAll("[data-journey]"))
      button.setAttribute("aria-pressed", String(keyOf(button) === pinned && pinned !== ""));
    light(pinned);
    at("told").textContent = pinned ? journey(model, pinned) : "No journey is shown.";
  });
  model.addEventListener("chosen", () => {
    pinned = "";
    light("");
  });
  model.addEventListener("messages", () => pinned && requestAnimationFrame(() => light(pinned)));
}

/** The journey in words. @param {import("../shared/model.js").Model} model @param {string} key */
function journey(model, key) {
  const there = model.list.flatMap((message, index) => {
    const carries = message.artifacts?.some(
      (/** @type {any} */ { kind, fingerprint }) => `${kind}:${fingerprint}` === key,
    );
    return carries ? [`${index + 1}, ${message.from?.title ?? "somebody"} to ${message.to?.title ?? "nobody"}`] : [];
  });
  return `It travels in ${there.length === 1 ? "message" : "messages"} ${there.join("; ")}.`;
}
