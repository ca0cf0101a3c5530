/** The authorization response in the URL: taken out of it, read, and put in words (RFC 6749 §4.1.2). */

import { codeLeavesTheAddressBar } from "./defences.js";
import { Trouble } from "./trouble.js";

/** Take the response out of the URL, before anything else happens (RFC 6749 §4.1.2). */
export function responseInTheAddress() {
  if (location.pathname !== "/callback") return null;
  const response = new URLSearchParams(location.search);
  codeLeavesTheAddressBar();
  return response.size ? response : null;
}

/** @param {URLSearchParams} response which may say a thing once only (RFC 6749 §3.1) */
export function eachIsSaidOnce(response) {
  for (const name of response.keys()) {
    const times = response.getAll(name).length;
    if (times === 1) continue;
    const words = "This response says the same thing more than once, so it cannot be trusted. Nothing was redeemed.";
    throw new Trouble(`${words} Connect again to start afresh.`, `${name}: (${times} times)`);
  }
}

/** @param {URLSearchParams} response which is an error (RFC 6749 §4.1.2.1) */
export function declined(response) {
  const raw = ["error", "error_description"].map((name) => `${name}: ${response.get(name) ?? "(missing)"}`).join("\n");
  if (response.get("error") !== "access_denied") return new Trouble("Bank ID could not connect your bank.", raw);
  return new Trouble("You said no. Balance got nothing, and asked the bank for nothing.", raw);
}
