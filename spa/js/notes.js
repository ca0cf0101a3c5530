/** What happens in this page without a message, told to its own host for whoever watches; never a secret. */

const PATIENCE = 500; // milliseconds: who watches must not hold up what is watched

/**
 * Tell, and be done when it was heard, or nobody was there to hear it in time.
 * @param {string} what
 * @param {Record<string, string>} details
 */
export async function note(what, details) {
  const body = JSON.stringify({ what, details });
  const headers = { "Content-Type": "application/json" };
  try {
    const signal = AbortSignal.timeout(PATIENCE);
    await fetch("/.wire/notes", { method: "POST", headers, body, keepalive: true, signal });
  } catch {
    // nobody need watch
  }
}

/**
 * Return by what a value is known again that must not be told: its SHA-256.
 * @param {string} value
 */
export async function fingerprint(value) {
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(value));
  return [...new Uint8Array(digest)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}
