/** A JSON Web Token taken apart: header, claims, signature (RFC 7519 §3). */

import { name } from "./artifacts.js";
import { el, worded } from "./dom.js";

/** @param {Record<string, any>} message with its tokens taken apart already, or to be taken apart here */
export function tokens({ jwts, artifacts = [] }) {
  return (jwts ?? artifacts.flatMap(apart))
    .flatMap(({ place, name: title, header, claims, payload, parameters, signature, verified, says }) => [
      el("h3", {}, `Taken apart: ${title ?? place ?? "a token"}`, el("span.rfc", {}, "RFC 7519 §3")),
      says && el("p.small", {}, ...worded(says)),
      el(
        "div.jwt",
        {},
        part("Header", header),
        part("Claims", claims ?? payload, parameters),
        sign(signature, verified),
      ),
    ])
    .filter(Boolean);
}

const JWT = /^([\w-]+)\.([\w-]+)\.([\w-]*)$/;

/** Take a value apart, where it is a JWT; what is not, is an opaque token. @param {any} artifact */
function apart({ kind, value }) {
  const [, header, claims, signature] = JWT.exec(value ?? "") ?? [];
  try {
    return header ? [{ name: name(kind), header: read(header), claims: read(claims), signature }] : [];
  } catch {
    return [];
  }
}

/** @param {string} part in base64url (RFC 7519 §3) */
function read(part) {
  const bytes = Uint8Array.from(atob(part.replaceAll("-", "+").replaceAll("_", "/")), (sign) => sign.charCodeAt(0));
  return JSON.parse(new TextDecoder().decode(bytes));
}

/** @param {string} title @param {Record<string, any> | undefined} members @param {any[]} [meanings] */
function part(title, members, meanings = []) {
  if (!members) return null;
  const why = new Map(meanings.map((one) => [one.name, one.why]));
  return el(
    "section",
    {},
    el("h4", {}, title),
    el(
      "dl.claims",
      {},
      ...Object.entries(members).map(([name, value]) =>
        el(
          "div",
          {},
          el("dt", {}, name),
          el("dd", {}, shown(name, value)),
          why.get(name) && el("dd.why", {}, ...worded(why.get(name))),
        ),
      ),
    ),
  );
}

const TIMES = new Set(["exp", "iat", "nbf", "auth_time"]);

/** @param {string} name @param {any} value */
function shown(name, value) {
  const json = JSON.stringify(value);
  return TIMES.has(name) && Number.isFinite(value) ? `${json} (${new Date(value * 1000).toLocaleTimeString()})` : json;
}

/** @param {string | undefined} signature @param {boolean | undefined} verified */
function sign(signature, verified) {
  if (!signature) return null;
  const verdict = verified === undefined ? "" : verified ? "it verifies" : "it does not verify";
  return el(
    "section",
    {},
    el("h4", {}, "Signature"),
    el("p.val", {}, signature),
    verdict && el("p.small", {}, verdict),
  );
}
