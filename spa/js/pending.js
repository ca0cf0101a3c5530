/** What this tab has asked and not yet heard: one record a flow, in the storage of this tab alone, keyed by state. */

/** @typedef {{verifier: string, state: string, metadata: import("./oauth.js").Metadata}} Pending */

const PREFIX = "pending:";

/** @param {Pending} pending */
export function remember(pending) {
  sessionStorage.setItem(PREFIX + pending.state, JSON.stringify(pending));
}

/**
 * Return every open question of this tab.
 * @returns {Pending[]}
 */
export function questions() {
  return ours().map((key) => JSON.parse(sessionStorage[key]));
}

/** Forget every question of this tab: an answer is taken once. */
export function forgetQuestions() {
  for (const key of ours()) sessionStorage.removeItem(key);
}

function ours() {
  return Object.keys(sessionStorage).filter((key) => key.startsWith(PREFIX));
}
