/** A flow held against the standards: what was found, how grave it is, and where. */

import { at, el, worded } from "../shared/dom.js";

const GRAVE = { error: "error", warning: "warning", info: "to know" };
const ORDER = Object.keys(GRAVE);

/** @param {import("../shared/model.js").Model} model */
export function findings(model) {
  const host = at("findings");
  const draw = () => {
    const sorted = [...(model.flow?.findings ?? [])].sort(
      (a, b) => ORDER.indexOf(a.severity) - ORDER.indexOf(b.severity),
    );
    host.parentElement.hidden = !model.flow;
    const drawn = JSON.stringify([model.chosen, sorted, model.list.length]);
    if (host.dataset.drawn === drawn) return;
    host.dataset.drawn = drawn;
    host.replaceChildren(
      ...(sorted.length
        ? sorted.map((each) => finding(each, model))
        : [el("li.quiet", {}, "Nothing to say against this flow so far.")]),
    );
  };
  for (const change of ["flows", "messages", "chosen"]) model.addEventListener(change, draw);
}

/** @param {any} finding @param {import("../shared/model.js").Model} model */
function finding({ severity, title, why, evidence = [], section }, model) {
  const numbers = evidence
    .map((id) => [id, model.list.findIndex((message) => message.id === id) + 1])
    .filter(([, n]) => n > 0);
  const links = numbers.map(([id, n]) =>
    el("button.link", { type: "button", onclick: () => model.select(id) }, `message ${n}`),
  );
  return el(
    `li.finding.${severity}`,
    {},
    el("h3", {}, el("span.grave", {}, GRAVE[severity] ?? severity), title),
    el("p", {}, ...worded(why), section && el("span.rfc", {}, ` ${section}`)),
    links.length > 0 && el("p.evidence", {}, ...links),
  );
}
