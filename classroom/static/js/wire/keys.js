/** The keyboard on the wire: up and down move through the rows, left and right through time. */

const TYPING = "input, textarea, select, [contenteditable]";

/** @param {import("../shared/model.js").Model} model @param {import("../diagram/diagram.js").Diagram} diagram */
export function listen(model, diagram) {
  document.addEventListener("keydown", (event) => {
    const target = /** @type {Element} */ (event.target);
    if (
      event.altKey ||
      event.ctrlKey ||
      event.metaKey ||
      target.closest(TYPING) ||
      target.closest("dialog, [tabindex='0'].raw")
    )
      return;
    const inRows = diagram.body.contains(target);
    const act = inRows ? ROWS[event.key] : TIME[event.key];
    if (!act) return;
    event.preventDefault();
    act(model, diagram);
    if (!inRows) return;
    diagram.draw();
    diagram.focus(model.selected);
  });
}

/** @typedef {(model: import("../shared/model.js").Model, diagram: import("../diagram/diagram.js").Diagram) => void} Act */

/** @type {Record<string, Act>} */
const TIME = {
  ArrowLeft: (model) => model.step(-1),
  ArrowRight: (model) => model.step(1),
};

/** @type {Record<string, Act>} */
const ROWS = {
  ...TIME,
  ArrowUp: (model, diagram) => next(model, diagram, -1),
  ArrowDown: (model, diagram) => next(model, diagram, 1),
  Home: (model) => model.step(Number.NEGATIVE_INFINITY),
  End: (model) => model.step(Number.POSITIVE_INFINITY),
};

/** Go to the next row that is visible and not folded. @type {(model: any, diagram: any, by: number) => void} */
function next(model, diagram, by) {
  const ids = [...diagram.body.querySelectorAll("li.msg")].map((item) => item.dataset.id);
  const to = ids[ids.indexOf(model.selected) + by];
  if (to) model.select(to);
}
