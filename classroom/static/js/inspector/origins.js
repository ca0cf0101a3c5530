/** What is known of the secrets in a message: where each was seen, how long it lives, and what it was made for. */

import { chip, each, key } from "../shared/artifacts.js";
import { el } from "../shared/dom.js";

/** @typedef {Record<string, any>} Message */

/**
 * @param {Message} message
 * @param {any} flow that the message belongs to, with all its secrets
 * @param {Message[]} list the messages that are shown, by whose places people know them
 * @returns {HTMLElement[]}
 */
export function origins({ artifacts = [] }, flow, list) {
  const known = new Map((flow?.artifacts ?? []).map((/** @type {any} */ artifact) => [key(artifact), artifact]));
  const listed = each(artifacts).filter((artifact) => known.has(key(artifact)));
  if (!listed.length) return [];
  const rows = listed.map((artifact) => {
    const { first_seen, last_seen, expires_at, bound_to } = known.get(key(artifact));
    return el(
      "div",
      {},
      el("dt", {}, chip(artifact, { named: true })),
      el("dd", {}, firstAndLast(first_seen, last_seen, list)),
      expires_at && el("dd", {}, `Lives until ${new Date(expires_at * 1000).toLocaleTimeString()}.`),
      ...bound(bound_to, known),
    );
  });
  return [el("h3", {}, "Where its secrets come from"), el("dl.origins", {}, ...rows)];
}

/** @param {string} first @param {string} last @param {Message[]} list */
function firstAndLast(first, last, list) {
  const number = (/** @type {string} */ id) => list.findIndex((message) => message.id === id) + 1;
  const [from, to] = [number(first), number(last)];
  if (from && first === last) return `Seen in message ${from} only.`;
  return `First seen ${from ? `in message ${from}` : "before this flow"}, last ${to ? `in message ${to}` : "after it"}.`;
}

const WORDS = { client_id: "client", redirect_uri: "redirect URI", scope: "scope", sub: "person", aud: "server" };

/** @param {Record<string, string>} made what it was made for @param {Map<string, any>} known */
function bound({ challenge, ...made }, known) {
  const parts = Object.entries(made).map(([name, value]) => [`${WORDS[name] ?? name} `, el("code", {}, value)]);
  const of = challenge && (known.get(`challenge:${challenge}`) ?? { kind: "challenge", label: challenge.slice(0, 4) });
  if (of) parts.push([chip({ fingerprint: challenge, ...of }, { named: true })]);
  if (!parts.length) return [];
  return [el("dd", {}, "Bound to ", ...parts.flatMap((part, index) => (index ? [", ", ...part] : part)), ".")];
}
