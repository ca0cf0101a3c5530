/** The countermeasures of the page, each one function: checks throw, or pass in silence. */

import { Trouble } from "./trouble.js";

/** Stops guessing: 256 random bits that only this tab knows (RFC 7636 §4.1). */
export function newVerifier() {
  return base64url(crypto.getRandomValues(new Uint8Array(32)));
}

/** Stops forged responses: a value that ties the response to our request (RFC 6749 §10.12). */
export function newState() {
  return base64url(crypto.getRandomValues(new Uint8Array(16)));
}

/**
 * Stops whoever reads the authorization request: it shows the verifier's hash only (RFC 7636 §4.2).
 * @param {string} verifier
 */
export async function challengeOf(verifier) {
  return base64url(new Uint8Array(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(verifier))));
}

/**
 * Stops the response to a request that this tab never made, such as Mallory's code in Alice's tab (RFC 9700 §4.7.1).
 * @param {string | null} state from the authorization response
 * @param {import("./pending.js").Pending[]} pendingRequests of this tab
 * @returns {import("./pending.js").Pending} the one that this is the response to
 */
export function stateBelongsToThisTab(state, pendingRequests) {
  const pending = pendingRequests.find((request) => request.state === state);
  if (pending) return pending;
  const words = "This response belongs to no request of this tab: the page may be old, or the link not yours.";
  throw new Trouble(`${words} Nothing was redeemed. Connect again to start afresh.`, `state: ${state ?? "(missing)"}`);
}

/**
 * Stops mix-up: a code is taken only to the server that gave it (RFC 9207 §2.4).
 * @param {string | null} iss from the authorization response
 * @param {import("./oauth.js").Metadata} metadata of the server we asked
 */
export function issuerIsTheOneWeAsked(iss, metadata) {
  if (iss === metadata.issuer) return;
  if (iss === null && !metadata.authorization_response_iss_parameter_supported) return;
  const raw = `asked: ${metadata.issuer}\niss: ${iss ?? "(missing)"}`;
  throw new Trouble("The answer comes from another server than the one we asked. Nothing was redeemed.", raw);
}

/**
 * Stops a window that speaks to ours in the server's place: any page may send a message (RFC 9700 §4.17.2).
 * @param {string} origin of the sender, as the browser tells it
 * @param {import("./oauth.js").Metadata} metadata of the server we asked
 */
export function senderIsTheAuthorizationServer(origin, metadata) {
  if (origin === new URL(metadata.issuer).origin) return;
  throw new Trouble("Another page sent an answer. Balance ignored it, and waits for Bank ID.", `sender: ${origin}`);
}

/**
 * Stops a server that describes itself as another (RFC 8414 §3.3).
 * @param {import("./oauth.js").Metadata} metadata
 * @param {string} issuer the one we know
 */
export function metadataIsTheIssuers(metadata, issuer) {
  if (metadata.issuer === issuer) return;
  throw new Trouble("This metadata belongs to another server.", `asked: ${issuer}\nissuer: ${metadata.issuer}`);
}

/**
 * Stops the use of a token whose rules we do not know (RFC 6749 §7.1).
 * @param {string | undefined} type
 */
export function tokenTypeIsUnderstood(type) {
  if (String(type).toLowerCase() === "bearer") return;
  throw new Trouble("Bank ID gave a kind of token that Balance does not understand.", `token_type: ${type}`);
}

/**
 * Stops a script that comes by later from finding tokens in storage (RFC 10017 §8.5).
 * @template {{accessToken: string}} T
 * @param {T} tokens
 * @returns {Readonly<T>}
 */
export function tokensStayInMemory(tokens) {
  const stored = [localStorage, sessionStorage].flatMap((storage) => Object.values(storage));
  if (stored.some((value) => String(value).includes(tokens.accessToken))) throw new Trouble("A token was stored.");
  return Object.freeze(tokens);
}

/** Stops a code from being read in the address bar or the history (RFC 9700 §4.3.1). */
export function codeLeavesTheAddressBar() {
  history.replaceState(null, "", "/");
}

/** @param {Uint8Array} bytes */
function base64url(bytes) {
  return btoa(String.fromCharCode(...bytes))
    .replaceAll("+", "-")
    .replaceAll("/", "_")
    .replace(/=+$/, "");
}
