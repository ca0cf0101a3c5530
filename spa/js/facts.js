/** What this tab holds: the token's first letters, the time it has left, and what the browser was given to keep. */

import { at } from "./page.js";

let clock = 0;

/** @param {Readonly<import("./oauth.js").Tokens>} tokens */
export function showFacts(tokens) {
  hideFacts();
  at("token").textContent = `${tokens.accessToken.slice(0, 8)}…`;
  at("scope").textContent = tokens.scope;
  at("stored").textContent = [localStorage, sessionStorage].flatMap(Object.keys).join(" ") || "nothing";
  const tick = () => {
    at("expires").textContent = timeLeft(tokens.expiresAt);
  };
  tick();
  clock = setInterval(tick, 1000);
}

/** Stop the clock. */
export function hideFacts() {
  clearInterval(clock);
}

/** @param {number | null} expiresAt in milliseconds since 1970, or unknown (RFC 6749 §5.1) */
export function timeLeft(expiresAt) {
  if (expiresAt === null) return "Bank ID did not say";
  const seconds = Math.max(0, Math.round((expiresAt - Date.now()) / 1000));
  if (seconds === 0) return "expired";
  return `in ${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
}
