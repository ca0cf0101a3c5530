/** The parts of a message, each with what it is there for. */

import { el, worded } from "../shared/dom.js";
import { markedValue } from "./raw.js";

/** @param {Record<string, any>} message */
export function details({ details = {} }) {
  const lines = Object.entries(details);
  return lines.length
    ? [
        el("h3", {}, "In the note’s own words"),
        list(
          lines.map(([name, value]) => ({ name, value })),
          [],
        ),
      ]
    : [];
}

/** @param {Record<string, any>} message */
export function parameters({ parameters = [], artifacts = [], sections = [] }) {
  if (!parameters.length) return [];
  return [el("h3", {}, "What each part means", el("span.rfc", {}, sections.join(", "))), list(parameters, artifacts)];
}

/** What the headers are there for. @param {Record<string, any>} message */
export function headers({ headers_explained = [] }) {
  const lines = headers_explained.filter((/** @type {any} */ { why }) => why);
  if (!lines.length) return [];
  return [
    el(
      "details.more",
      {},
      el("summary", {}, `What its ${lines.length === 1 ? "header says" : `${lines.length} headers say`}`),
      list(lines, []),
    ),
  ];
}

/** @param {any[]} parameters @param {any[]} artifacts */
function list(parameters, artifacts) {
  return el(
    "dl.params",
    {},
    ...parameters.map(({ name, value, place, why, section }) =>
      el(
        "div",
        {},
        el("dt", {}, name),
        el("dd.rfc", {}, section ?? place ?? ""),
        value !== undefined && el("dd.val", {}, ...markedValue(String(value), artifacts)),
        why && el("dd.why", {}, ...worded(why)),
      ),
    ),
  );
}
