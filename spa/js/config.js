/** What the page needs before it can begin: who it is, whom to ask, and cryptography. */

import { read, send } from "./http.js";
import { Trouble } from "./trouble.js";

/** @returns {Promise<import("./oauth.js").Config>} */
export async function configuration() {
  return read("Balance’s own host", await send("Balance’s own host", "/config.json"));
}

/** Throw where the browser withholds `crypto.subtle`, without which there is no challenge (RFC 7636 §4.2). */
export function cryptographyIsHere() {
  if (globalThis.crypto?.subtle) return;
  const words =
    "This browser offers no cryptography at this URL (crypto.subtle), so Balance cannot connect safely.";
  throw new Trouble(`${words} Open it under balance.localhost or over https.`, `origin: ${location.origin}`);
}
