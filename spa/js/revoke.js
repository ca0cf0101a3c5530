/** Giving a token back (RFC 7009 §2). */

import { read, send } from "./http.js";
import { Trouble } from "./trouble.js";

/**
 * Tell the authorization server that the token is no longer wanted (RFC 7009 §2.1).
 * @param {import("./oauth.js").Tokens} tokens
 * @param {string} clientId
 */
export async function revoke(tokens, clientId) {
  if (!tokens.revocation) throw new Trouble("Bank ID takes no tokens back.", "revocation_endpoint: (missing)");
  const form = { token: tokens.accessToken, token_type_hint: "access_token", client_id: clientId };
  const answer = await send("Bank ID", tokens.revocation, { method: "POST", body: new URLSearchParams(form) });
  if (!answer.ok) await read("Bank ID", answer);
}
