/** The authorization code flow with PKCE, from top to bottom (RFC 6749 §4.1; RFC 7636 §4). */

import * as defences from "./defences.js";
import { read, send } from "./http.js";
import { fingerprint, note } from "./notes.js";
import { forgetPendingRequests, pendingRequests, remember } from "./pending.js";
import { declined, eachIsSaidOnce } from "./response.js";
import { Trouble } from "./trouble.js";

/** @typedef {{issuer: string, client_id: string, redirect_uri: string, resource: string}} Config */
/** @typedef {{issuer: string, authorization_endpoint: string, token_endpoint: string, revocation_endpoint?: string,
 *   authorization_response_iss_parameter_supported?: boolean}} Metadata */
/** @typedef {{accessToken: string, scope: string, expiresAt: number | null, revocation?: string}} Tokens */

// A client MUST NOT use a code more than once (RFC 6749 §4.1.2), and this one may be used up.
const CONNECT_AGAIN = "The code is good for one use: connect again.";
export const SCOPE = "balance:read transactions:read";

/**
 * Ask the authorization server to describe itself (RFC 8414 §3).
 * @param {string} issuer
 * @returns {Promise<Metadata>}
 */
export async function discover(issuer) {
  const response = await send("Bank ID", `${issuer}/.well-known/oauth-authorization-server`);
  const metadata = await read("Bank ID", response);
  defences.metadataIsTheIssuers(metadata, issuer);
  for (const name of ["authorization_endpoint", "token_endpoint"]) {
    if (!metadata[name]) throw new Trouble("Bank ID does not say where to ask.", `${name}: (missing)`);
  }
  return metadata;
}

/**
 * Leave for the authorization endpoint (RFC 6749 §4.1.1).
 * @param {Config} config
 */
export async function begin(config) {
  location.assign((await newRequest(config)).address);
}

/**
 * Make an authorization request, with a challenge whose verifier stays here (RFC 7636 §4.3).
 * @param {Config} config
 * @param {Record<string, string>} [more] what this one says besides
 * @returns {Promise<{address: URL, metadata: Metadata}>}
 */
export async function newRequest(config, more = {}) {
  const metadata = await discover(config.issuer);
  const verifier = defences.newVerifier();
  const state = defences.newState();
  const address = new URL(metadata.authorization_endpoint);
  const parameters = {
    response_type: "code",
    client_id: config.client_id,
    redirect_uri: config.redirect_uri,
    scope: SCOPE,
    resource: config.resource,
    state,
    code_challenge: await defences.challengeOf(verifier),
    code_challenge_method: "S256",
    ...more,
  };
  for (const [name, value] of Object.entries(parameters)) address.searchParams.set(name, value);
  remember({ verifier, state, metadata });
  await note("Balance made a verifier. It stays in this tab; only its challenge goes along", {
    challenge: parameters.code_challenge,
  });
  return { address, metadata };
}

/**
 * Check whose response it is, and redeem its code for a token (RFC 6749 §4.1.3).
 * @param {Config} config
 * @param {URLSearchParams} response
 * @returns {Promise<Readonly<Tokens>>}
 */
export async function finish(config, response) {
  const { verifier, metadata } = await requestOf(response);
  const code = response.get("code");
  if (response.get("error") || !code) throw declined(response);
  const form = {
    grant_type: "authorization_code",
    code,
    redirect_uri: config.redirect_uri,
    client_id: config.client_id,
    code_verifier: verifier,
    resource: config.resource,
  };
  const request = { method: "POST", body: new URLSearchParams(form) };
  const token = await read("Bank ID", await send("Bank ID", metadata.token_endpoint, request), CONNECT_AGAIN);
  defences.tokenTypeIsUnderstood(token.token_type);
  if (!token.access_token) throw new Trouble("Bank ID gave no token.", "access_token: (missing)");
  return defences.tokensStayInMemory({
    accessToken: token.access_token,
    scope: token.scope ?? SCOPE, // left out where it is what we asked for (RFC 6749 §5.1)
    expiresAt: token.expires_in ? Date.now() + token.expires_in * 1000 : null,
    revocation: metadata.revocation_endpoint,
  });
}

/**
 * Return the request that a response belongs to; the wire is told of a response that is refused.
 * @param {URLSearchParams} response
 */
async function requestOf(response) {
  let checked = "that each parameter comes once";
  try {
    eachIsSaidOnce(response);
    checked = "state";
    const pending = defences.stateBelongsToThisTab(response.get("state"), pendingRequests());
    forgetPendingRequests(); // not before: a stranger's response must not end a flow that is under way
    checked = "iss";
    defences.issuerIsTheOneWeAsked(response.get("iss"), pending.metadata);
    return pending;
  } catch (problem) {
    const code = response.get("code");
    const which = code ? { code_sha256: await fingerprint(code) } : {};
    await note("Balance refused this authorization response, and redeemed nothing", { refused_by: checked, ...which });
    throw problem;
  }
}
