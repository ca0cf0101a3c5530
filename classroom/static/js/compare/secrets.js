/** Two flows by the secrets that they use. */

import { colour, name, ORDER, tile } from "../shared/artifacts.js";
import { el } from "../shared/dom.js";

const BANK = new Set(["auth", "bank"]);

/** What Bank API asks Bank ID is their own affair, and no part of what the client needs. @param {any} message */
const isOutsideTheBank = ({ from, to }) => !(BANK.has(from?.id) && BANK.has(to?.id));

/** Which kinds of secret each uses. @param {any} left @param {any} right */
export function secrets(left, right) {
  const [a, b] = [left, right].map(
    (flow) =>
      new Set(flow.messages.filter(isOutsideTheBank).flatMap(({ artifacts }) => artifacts.map(({ kind }) => kind))),
  );
  const list = (/** @type {Set<string>} */ mine, /** @type {Set<string>} */ other) =>
    el(
      "td",
      {},
      el(
        "span.chips",
        {},
        ...ORDER.filter((kind) => mine.has(kind)).map((kind) =>
          el(`span.chip.${colour(kind)}${other.has(kind) ? "" : ".only"}`, {}, tile(kind), el("b", {}, name(kind))),
        ),
      ),
    );
  return [
    el(
      "tbody",
      {},
      el(
        "tr",
        {},
        el("th", { scope: "row" }, "Secrets", el("small.mark-of-difference", {}, "the bank’s own left out")),
        list(a, b),
        list(b, a),
      ),
    ),
  ];
}
