/** One message as a row of the diagram: a button, whose route is in its text for those who do not see the arrow. */

import { chip, each } from "../shared/artifacts.js";
import { el, icon, unseen, worded } from "../shared/dom.js";

/** @typedef {Record<string, any>} Message */

/** @param {Message} message @returns {string} who to whom, in words */
export function route({ kind, from, to }) {
  if (kind === "note") return `${from?.title ?? "A page"} says: `;
  return `${from?.title ?? "Somebody"} to ${to?.title ?? "nobody"}: `;
}

/** The line in the message's own words: what was asked, or what was answered. @param {Message} message */
export function line({ kind, method, path, status, reason, location, what, target }) {
  if (kind === "response") return [String(status), location ? `→ ${goal(location)}` : (reason ?? "")];
  if (kind === "note") return ["note", what ?? ""];
  if (kind === "held") return what === "redirect" ? ["redirect", `→ ${goal(target)}`] : [`${method} ${path}`, ""];
  return [`${method} ${path}`, ""];
}

/** The first sentence of what a message says; the rest is in the inspector. @param {Message} message */
export const gist = ({ says }) => (says ?? "").split(/(?<=[.:;]) /)[0].replace(/[.:;]$/, "");

/** Where a redirect leads, without what it carries there. @param {string} location */
const goal = (location) => location.replace(/[?#].*$/s, "").replace(/^https?:\/\/[^/]*(?=\/)/, "");

/**
 * @param {Message} message
 * @param {{ href?: string, proof?: string }} [options] `href`: a link to elsewhere; `proof`: the verdict that it proves
 * @returns {HTMLElement} a list item with one button, or one link
 */
export function row(message, { href = "", proof = "" } = {}) {
  const breach = message.breaches?.length > 0;
  const [first, rest] = line(message);
  const words = gist(message) || (message.kind === "gap" ? "Messages are missing here" : first);
  const story = el(
    "span.story",
    {},
    el("span.n"),
    ...signs(breach, proof),
    el("span.words", {}, ...worded(isStep(message) ? `Step ${message.details.step}` : words)),
  );
  const what = el("span.what", {}, unseen(route(message)), first, rest && el("em", {}, ` ${rest}`));
  const chips = each(message.artifacts ?? [])
    .filter(({ kind }) => kind !== "transaction")
    .map((artifact) => chip(artifact));
  const parts = pointlike(message)
    ? [el("span.pill", {}, ...pointWords(message), ...chips)]
    : [what, el("span.shaft", {}, ...chips)];
  const grave = breach || proof === "succeeded" ? ".breach" : "";
  const kind = `${message.channel === "back" ? "back" : "front"}${grave}${pointlike(message) ? `.point.${isStep(message) ? "step" : message.kind}` : ""}`;
  const crowd = chips.length > 5 ? ".some.many" : chips.length > 2 ? ".some.pair" : chips.length > 1 ? ".pair" : "";
  return el(
    `li.msg.${kind}${crowd}${proof && `.proof.shows-${proof.replaceAll(" ", "-")}`}`,
    { "data-id": message.id },
    href
      ? el("a", { href, target: "_blank", rel: "noopener" }, story, ...parts)
      : el("button", { type: "button", tabindex: "-1", "aria-pressed": "false" }, story, ...parts),
  );
}

/** What marks a breach and a proof, in a picture and in words. @param {boolean} breach @param {string} proof */
function signs(breach, proof) {
  if (!breach && !proof) return [];
  const picture = proof === "refused" ? "shield" : "alarm";
  const words = `${breach ? "Breach: " : ""}${PROOFS[proof] ?? ""}`;
  return [proof !== "unearned" && icon(picture), unseen(words)];
}

const PROOFS = { succeeded: "Proof: ", refused: "Refusal: ", unearned: "Never brought to the attacker: " };

/** Whether a note tells of a step of an attack in a lab. @param {Message} message */
export const isStep = ({ kind, world, details }) => kind === "note" && Boolean(world && details?.step);

/** Whether it happens at one party and is no arrow. @param {Message} message */
export const pointlike = ({ kind, from, to }) =>
  kind === "note" || kind === "gap" || !from?.id || !to?.id || from.id === to.id;

const HELD = {
  go: "let go",
  edited: "let go, edited",
  drop: "dropped",
  timeout: "went on by itself",
  abandoned: "given up",
  lost: "lost",
};

/** @param {Message} message @returns {(Node | string)[]} */
function pointWords(message) {
  const { kind, what, says, lost, action } = message;
  if (isStep(message)) return worded(what.charAt(0).toUpperCase() + what.slice(1));
  if (kind === "gap") return [`${lost ?? "Some"} entries were lost`];
  if (kind === "held") return [`${HELD[action] ?? "held"}: ${line(message).join(" ").trim()}`];
  if (kind !== "note") return [line(message).join(" ").trim()];
  return worded(what && what !== says ? what : "");
}

/**
 * Say where a row stands. @param {HTMLElement} item @param {Message} message
 * @param {{ n: number, lanes: { id: string }[], selected: boolean, later: boolean }} state
 */
export function settle(item, message, { n, lanes, selected, later }) {
  const index = (/** @type {any} */ holder) => lanes.findIndex(({ id }) => id === holder?.id);
  const from = index(message.from);
  const to = pointlike(message) ? from : index(message.to);
  const [lo, hi] = [Math.min(from, to), Math.max(from, to)].map((k) => String(Math.max(k, 0)));
  if (item.style.getPropertyValue("--lo") !== lo) item.style.setProperty("--lo", lo);
  if (item.style.getPropertyValue("--hi") !== hi) item.style.setProperty("--hi", hi);
  item.classList.toggle("left", to < from);
  item.classList.toggle("later", later);
  item.classList.toggle("selected", selected);
  item.classList.toggle("roomy", (hi - lo) * 1 > 1);
  const button = /** @type {HTMLElement} */ (item.firstElementChild);
  const number = /** @type {HTMLElement} */ (button.querySelector(".n"));
  if (number.textContent !== String(n)) number.textContent = String(n);
  if (button.localName !== "button") return;
  if (button.getAttribute("aria-pressed") !== String(selected)) button.setAttribute("aria-pressed", String(selected));
  button.tabIndex = selected ? 0 : -1;
}
