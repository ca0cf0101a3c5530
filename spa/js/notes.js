/** What happens in this page without a message, told to its own host for whoever watches; never a secret. */

/**
 * Tell, and be done when it was heard or nobody was there to hear it.
 * @param {string} what
 * @param {Record<string, string>} details
 */
export async function note(what, details) {
  const body = JSON.stringify({ what, details });
  const headers = { "Content-Type": "application/json" };
  try {
    await fetch("/.wire/notes", { method: "POST", headers, body, keepalive: true });
  } catch {
    // nobody need watch
  }
}
