/** What this tab has asked and not yet heard: one record a flow, in the storage of this tab alone, keyed by state. */

/** @typedef {{verifier: string, state: string, issuer: string, metadata: import("./oauth.js").Metadata}} Pending */

const PREFIX = "pending:";

/** @param {Pending} pending */
export function remember(pending) {
  sessionStorage.setItem(PREFIX + pending.state, JSON.stringify(pending));
}

/**
 * Return what was asked under this state, and forget every question of this tab: an answer is taken once.
 * @param {string | null} state
 * @returns {Pending | null}
 */
export function take(state) {
  const record = sessionStorage.getItem(PREFIX + state);
  if (record === null) return null; // not ours: a stranger's answer must not end a flow that is under way
  forgetAll();
  return JSON.parse(record);
}

/** Forget every question of this tab. */
export function forgetAll() {
  for (const key of Object.keys(sessionStorage)) if (key.startsWith(PREFIX)) sessionStorage.removeItem(key);
}
