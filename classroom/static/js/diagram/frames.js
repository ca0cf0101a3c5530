/** What holds the rows of the diagram: the frame of a stretch of one channel, and the line that rows fold into. */

import { el, plain } from "../shared/dom.js";
import { lifelines } from "./lanes.js";
import { gist } from "./row.js";

/**
 * @param {import("./bands.js").Band["channel"]} channel
 * @param {ReturnType<typeof import("./lanes.js").pane>} glass
 * @param {import("./lanes.js").Lane[]} lanes
 */
export function frame(channel, glass, lanes) {
  const words = el("span");
  const name = el("p.band-name", {}, el("b", {}, channel === "back" ? "Back channel" : "Front channel"), words);
  if (channel === "step" || channel === "none") return { words, element: el(`section.band.${channel}`) };
  const inside = channel === "back" ? [el("div.pane"), lifelines(lanes, glass.hides)] : [];
  const place = { "--pane-from": String(2 * glass.lo + 2), "--pane-to": String(2 * glass.hi + 4) };
  return { words, element: el(`section.band.${channel}`, { style: place }, ...inside, name) };
}

export const foldedRow = () => el("li.fold", {}, el("button", { type: "button", "aria-expanded": "false" }));

/** @param {any} button @param {import("./bands.js").Numbered[]} folded */
export function tellFold(button, folded) {
  const [first, last] = [folded[0], folded[folded.length - 1]];
  const alone = first === last;
  const says = alone
    ? plain(gist(first.message)) || `${first.message.method} ${first.message.path}`
    : `${folded.length} messages`;
  const what = folded.some(({ message }) => message.artifacts?.length) ? "nothing new" : "no secret";
  const numbers = alone ? `${first.n}` : `${first.n}–${last.n}`;
  button.textContent = `${numbers} · ${says}, ${what} in ${alone ? "it" : "them"}`;
  button.folded = folded.map(({ message }) => message.id);
}
