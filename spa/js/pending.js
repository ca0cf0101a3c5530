/** The authorization requests of this tab that have no response yet: one record each, in this tab's storage, by state. */

/** @typedef {{verifier: string, state: string, metadata: import("./oauth.js").Metadata}} Pending */

const PREFIX = "pending:";

/** @param {Pending} pending */
export function remember(pending) {
  sessionStorage.setItem(PREFIX + pending.state, JSON.stringify(pending));
}

/**
 * Return every authorization request of this tab that is open.
 * @returns {Pending[]}
 */
export function pendingRequests() {
  return ours().map((key) => JSON.parse(sessionStorage[key]));
}

/** Forget every request of this tab: a response is taken once. */
export function forgetPendingRequests() {
  for (const key of ours()) sessionStorage.removeItem(key);
}

function ours() {
  return Object.keys(sessionStorage).filter((key) => key.startsWith(PREFIX));
}
