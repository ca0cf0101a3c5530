/** Which messages of a run may fold, so that the others are seen: what it looks like, and what was there before. */

import { isPlain } from "../diagram/bands.js";
import { key } from "../shared/artifacts.js";

/** @typedef {Record<string, any>} Message */

const BINDS = new Set(["state", "nonce", "challenge", "session"]);
const LOOKS = /^\/static\//;
const FILE = /^\/\.well-known\/|\.(css|js|svg|png|ico)$/;

/**
 * @param {Message[]} all
 * @param {Set<string>} proof messages that stay, but for what a page looks like
 * @returns {(message: Message) => boolean}
 */
export function quietIn(all, proof) {
  const memory = { artifacts: new Set(), exchanges: new Set() };
  const quiet = new Set();
  for (const message of all) {
    const path = message.path ?? "";
    const dull =
      !message.breaches?.length && (FILE.test(path) || bindsAsBefore(message, memory) || asksAgain(message, memory));
    if (LOOKS.test(path) || (dull && !proof.has(message.id))) quiet.add(message.id);
    for (const artifact of carried(message)) {
      memory.artifacts.add(key(artifact));
      memory.artifacts.add(road(message, artifact));
    }
  }
  return ({ id }) => quiet.has(id);
}

/** What it carries, without the number of a page of Bank ID's. @param {Message} message */
const carried = ({ artifacts = [] }) => artifacts.filter(({ kind }) => kind !== "transaction");
/** @param {Message} message @param {any} artifact */
const road = ({ from, to }, artifact) => `${from?.id} ${to?.id} ${key(artifact)}`;

/** Whether a page asks with nothing in it but what binds an authorization response to its request, and was there before. */
function bindsAsBefore(message, { artifacts }) {
  return (
    isPlain(message) && carried(message).every((artifact) => BINDS.has(artifact.kind) && artifacts.has(key(artifact)))
  );
}

/** Whether a server asks another one again with what it has shown it before, or has the response to that. */
function asksAgain(message, { artifacts, exchanges }) {
  const { kind, channel, method, path, exchange, from, to, status } = message;
  if (channel !== "back" || from?.id === "attacker" || to?.id === "attacker" || status >= 400) return false;
  if (kind === "response") return exchanges.has(exchange) && !carried(message).length;
  const again =
    carried(message).length > 0 && carried(message).every((artifact) => artifacts.has(road(message, artifact)));
  if (!again || (method !== "GET" && path !== "/introspect")) return false;
  exchanges.add(exchange);
  return true;
}
