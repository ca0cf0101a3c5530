/** A flow cut into stretches of one channel, and each stretch into rows and folds. */

import { key } from "./artifacts.js";
import { isStep, pointlike } from "./row.js";

/** @typedef {Record<string, any>} Message */
/** @typedef {{ message: Message, n: number }} Numbered */
/** @typedef {{ row: Numbered } | { fold: Numbered[] }} Line */
/** @typedef {{ key: string, channel: "front" | "back" | "step", lines: Line[], messages: Message[] }} Band */

/**
 * @param {Message[]} all of the flow, in order: their numbers count those that are not shown, too
 * @param {(message: Message) => boolean} passes
 * @param {(message: Message, first: boolean, last: boolean) => boolean} folds
 * @returns {Band[]}
 */
export function bands(all, passes, folds) {
  /** @type {Band[]} */ const found = [];
  all.forEach((message, index) => {
    if (!passes(message)) return;
    const numbered = { message, n: index + 1 };
    const band = bandFor(found, message);
    band.messages.push(message);
    const last = band.lines.at(-1);
    if (!folds(message, index === 0, index === all.length - 1)) band.lines.push({ row: numbered });
    else if (last && "fold" in last) last.fold.push(numbered);
    else band.lines.push({ fold: [numbered] });
  });
  return found;
}

/** @param {Band[]} found @param {Message} message */
function bandFor(found, message) {
  const current = found.at(-1);
  const open = current && current.channel !== "step" && !isStep(message);
  if (open && (staysPut(message) || current.channel === channel(message))) return current;
  const band = { key: message.id, channel: channel(message), lines: [], messages: [] };
  found.push(band);
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
const isPlain = ({ breaches, channel, status }) => !breaches?.length && channel === "front" && !(status >= 400);

const BINDS = new Set(["state", "nonce", "challenge", "session", "transaction"]);
const FILE = /^\/static\/|^\/\.well-known\/|\.(css|js|svg|png|ico)$/;

/**
 * Which messages of a run may fold: files, a server's metadata, and what a page asks for with nothing in it that was
 * not there before, but what binds an answer to its question.
 * @param {Message[]} all @param {Set<string>} proof messages that stay
 * @returns {(message: Message) => boolean}
 */
export function quietIn(all, proof) {
  const seen = new Set();
  const quiet = new Set();
  for (const message of all) {
    const carried = (message.artifacts ?? []).filter(({ kind }) => kind !== "transaction");
    const nothingNew = carried.every((artifact) => BINDS.has(artifact.kind) && seen.has(key(artifact)));
    const isFile = FILE.test(message.path ?? "") && !message.breaches?.length;
    if (isFile || (nothingNew && isPlain(message) && !proof.has(message.id))) quiet.add(message.id);
    for (const artifact of carried) seen.add(key(artifact));
  }
  return ({ id }) => quiet.has(id);
}
