/** The answer that comes back in the address: taken out of it, read, and put in words (RFC 6749 §4.1.2). */

import { codeLeavesTheAddressBar } from "./defences.js";
import { Trouble } from "./trouble.js";

/** Take the answer out of the address, before anything else happens (RFC 6749 §4.1.2). */
export function answerInTheAddress() {
  if (location.pathname !== "/callback") return null;
  const answer = new URLSearchParams(location.search);
  codeLeavesTheAddressBar();
  return answer.size ? answer : null;
}

/** @param {URLSearchParams} answer which may say a thing once only (RFC 6749 §3.1) */
export function eachIsSaidOnce(answer) {
  for (const name of answer.keys()) {
    const times = answer.getAll(name).length;
    if (times === 1) continue;
    const words = "This answer says the same thing more than once, so it cannot be trusted. Nothing was redeemed.";
    throw new Trouble(`${words} Connect again to start afresh.`, `${name}: (${times} times)`);
  }
}

/** @param {URLSearchParams} answer an error response (RFC 6749 §4.1.2.1) */
export function declined(answer) {
  const raw = ["error", "error_description"].map((name) => `${name}: ${answer.get(name) ?? "(missing)"}`).join("\n");
  if (answer.get("error") !== "access_denied") return new Trouble("Bank ID could not connect your bank.", raw);
  return new Trouble("You said no. Balance got nothing, and asked the bank for nothing.", raw);
}
