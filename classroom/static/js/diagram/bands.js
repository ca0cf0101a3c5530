/** A flow cut into stretches of one channel, and each stretch into rows and folds. */

import { isStep, pointlike } from "./row.js";

/** @typedef {Record<string, any>} Message */
/** @typedef {{ message: Message, n: number }} Numbered */
/** @typedef {{ row: Numbered } | { fold: Numbered[] }} Line */
/** @typedef {{ key: string, channel: "front" | "back" | "step" | "none", lines: Line[], messages: Message[] }} Band */

const MOST = 24; // lines of one band, which the browser lays out when it is scrolled to; a longer stretch goes on in another

/**
 * @param {Message[]} all of the flow, in order: their numbers count those that are not shown, too
 * @param {(message: Message) => boolean} passes
 * @param {(message: Message, first: boolean, last: boolean) => boolean} folds
 * @param {boolean} [loose] whether what folds stays with what came before, on whichever channel it was sent
 * @returns {Band[]}
 */
export function bands(all, passes, folds, loose = false) {
  /** @type {Band[]} */ const stretches = [];
  all.forEach((message, index) => {
    if (!passes(message)) return;
    const numbered = { message, n: index + 1 };
    const quiet = folds(message, index === 0, index === all.length - 1);
    const band = (loose && quiet && stretches.at(-1)) || bandFor(stretches, message);
    if (!loose || !quiet) band.messages.push(message);
    const last = band.lines.at(-1);
    if (!quiet) band.lines.push({ row: numbered });
    else if (last && "fold" in last) last.fold.push(numbered);
    else band.lines.push({ fold: [numbered] });
  });
  return stretches;
}

/** @param {Band[]} stretches @param {Message} message */
function bandFor(stretches, message) {
  const current = stretches.at(-1);
  const before = current && current.channel !== "step" ? current.channel : "none";
  const on = staysPut(message) && !isStep(message) ? before : channel(message);
  if (current && current.channel === on && on !== "step" && current.lines.length < MOST) return current;
  const band = { key: message.id, channel: on, lines: [], messages: [] };
  stretches.push(band);
  return band;
}

/** What is no message stays where it comes up; a redirect that is held is on its way to the browser. */
const staysPut = (/** @type {Message} */ { channel, kind, what }) =>
  channel === "none" && !(kind === "held" && what === "redirect");

/** @param {Message} message @returns {"front" | "back" | "step"} */
const channel = (message) => (isStep(message) ? "step" : message.channel === "back" ? "back" : "front");

/** Whether a message tells so little that it may fold into a line. @param {Message} message */
export function tellsLittle(message) {
  return !message.artifacts?.length && isPlain(message) && !pointlike(message);
}

/** Whether a message of the front channel is neither a breach nor a refusal. @param {Message} message */
export const isPlain = ({ breaches, channel, status }) => !breaches?.length && channel === "front" && !(status >= 400);
