/** The lanes of a flow: who stands where. Lane k has its centre on grid line 2k + 3. */

import { el } from "../shared/dom.js";
import { mark, role, SERVERS, title } from "../shared/holders.js";

/** @typedef {{ id: string, title: string, idle: boolean, narrow: boolean }} Lane */

/**
 * @param {{ lanes?: string[], person?: string } | undefined} flow
 * @param {any[]} messages
 * @param {string[]} [beside] who has a narrow lane at the right, for the ledger's sake
 * @returns {Lane[]}
 */
export function lanesOf(flow, messages, beside = []) {
  const names = new Map((flow?.lanes ?? []).map((id) => [id, ""]));
  const busy = new Set();
  for (const { from, to } of messages) {
    for (const holder of [from, to]) {
      if (!holder?.id) continue;
      busy.add(holder.id);
      if (!names.get(holder.id)) names.set(holder.id, holder.title ?? "");
    }
  }
  const wide = [...names]
    .filter(([id]) => id !== "other" || busy.has(id))
    .map(([id, name]) => ({ id, title: title(id, name, flow), idle: !busy.has(id), narrow: false }));
  const narrow = beside.filter((id) => !names.has(id));
  return [...wide, ...narrow.map((id) => ({ id, title: title(id, "", flow), idle: true, narrow: true }))];
}

/** Give an element the columns of the lanes. @param {HTMLElement} host @param {Lane[]} lanes */
export function columns(host, lanes) {
  const narrow = lanes.filter((lane) => lane.narrow).length;
  host.style.setProperty("--columns", String(2 * Math.max(lanes.length - narrow, 1)));
  host.style.setProperty("--narrow", String(2 * narrow));
  host.classList.toggle("has-narrow", narrow > 0);
}

/** @param {Lane[]} lanes */
export function header(lanes) {
  return lanes.map(({ id, title, idle, narrow }, k) =>
    el(
      `div.lane${narrow ? ".narrow" : ""}`,
      { role: "listitem", style: { "--at": String(k) } },
      mark(id),
      el("span", {}, el("b", {}, title), el("small", {}, id === "attacker" && idle ? "took no part" : role(id))),
    ),
  );
}

/** The lifelines; `without` leaves some out. @param {Lane[]} lanes @param {(id: string, k: number) => boolean} [without] */
export function lifelines(lanes, without = () => false) {
  const lines = lanes
    .map(({ id, idle }, k) => !without(id, k) && el(`i${idle ? ".idle" : ""}`, { style: { "--at": String(k) } }))
    .filter(Boolean);
  return el("div.lifelines", { "aria-hidden": "true" }, ...lines);
}

/**
 * The pane of glass of a stretch of back channel: over the servers that speak in it.
 * @param {Lane[]} lanes
 * @param {any[]} messages
 */
export function pane(lanes, messages) {
  const at = messages.flatMap(({ from, to }) =>
    [from, to].map((holder) => lanes.findIndex(({ id }) => id === holder?.id)),
  );
  const there = at.filter((k) => k >= 0);
  const [lo, hi] = there.length
    ? [Math.min(...there), Math.max(...there)]
    : [0, lanes.filter(({ narrow }) => !narrow).length - 1];
  const hides = (/** @type {string} */ id, /** @type {number} */ k) =>
    k < lo || k > hi || (!SERVERS.has(id) && !there.includes(k));
  return { lo, hi, hides };
}
