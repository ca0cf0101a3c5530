/** A JSON Web Token taken apart: header, claims, signature (RFC 7519 §3). */

import { name } from "../shared/artifacts.js";
import { el } from "../shared/dom.js";

/** @param {Record<string, any>} message */
export const tokens = ({ jwts = [] }) =>
  jwts.flatMap(({ kind, header, claims, signature, says }) => [
    el("h3", {}, `Taken apart: ${name(kind)}`, el("span.rfc", {}, "RFC 7519 §3")),
    el("p.small", {}, says),
    el("div.jwt", {}, part("Header", header), part("Claims", claims), signature && sign(signature)),
  ]);

/** @param {string} title @param {Record<string, any>} members */
function part(title, members) {
  const rows = Object.entries(members).map(([name, value]) =>
    el("div", {}, el("dt", {}, name), el("dd", {}, written(name, value))),
  );
  return el("section", {}, el("h4", {}, title), el("dl.claims", {}, ...rows));
}

const TIMES = new Set(["exp", "iat", "nbf", "auth_time"]);

/** @param {string} name @param {any} value */
function written(name, value) {
  const json = JSON.stringify(value);
  return TIMES.has(name) && Number.isFinite(value) ? `${json} (${new Date(value * 1000).toLocaleTimeString()})` : json;
}

/** @param {string} signature */
const sign = (signature) => el("section", {}, el("h4", {}, "Signature"), el("p.val", {}, signature));
