/** The matrix of a lab: every attack on every app under every rule, each cell a run of its own. */

import { ask } from "./ask.js";
import { capital, el, find } from "./dom.js";

/** Run all cells; a line is an attack on an app, and has a cell for each rule. */
export async function matrix() {
  const every = (await ask("POST", "/matrix")).cells;
  const table = find("cells-table");
  const rules = [...table.querySelectorAll("[data-rule]")].map(({ dataset }) => dataset.rule);
  const lines = new Map();
  for (const cell of every) {
    const key = `${cell.row}\n${cell.client}`;
    lines.set(key, { ...lines.get(key), [cell.choice]: cell });
  }
  table.hidden = false;
  table.tBodies[0].replaceChildren(...[...lines].map(([key, cells]) => line(key.split("\n"), cells, rules)));
}

/** @param {string[]} about the attack, and the app @param {Record<string, any>} cells by rule @param {string[]} rules */
function line([attack, app], cells, rules) {
  return el(
    "tr",
    {},
    el("th", { scope: "row" }, attack),
    el("th", { scope: "row" }, capital(app)),
    ...rules.map((rule) => outcome(cells[rule])),
  );
}

/** @param {any} cell */
function outcome(cell) {
  if (!cell) return el("td", {}, "–");
  const { verdict, refused_with: by } = cell;
  if (verdict === "succeeded") return el("td.fell", {}, "It worked");
  if (verdict !== "refused") return el("td", {}, verdict);
  return el("td.held", {}, "Refused ", el("code", {}, `${by.status} ${by.error}`.trim()));
}
