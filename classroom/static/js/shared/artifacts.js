/** The secrets: a shape, two letters and a colour each, and the first digits of their SHA-256. */

import { el, unseen } from "./dom.js";

/** @type {Record<string, [letters: string, name: string]>} the letters name the colour, too */
const KINDS = {
  password: ["Pw", "password"],
  code: ["Co", "code"],
  request_uri: ["Ru", "request URI"],
  device_code: ["Dc", "device code"],
  user_code: ["Uc", "user code"],
  client_secret: ["Cs", "client secret"],
  verifier: ["Ve", "code verifier"],
  challenge: ["Ch", "code challenge"],
  state: ["St", "state"],
  nonce: ["No", "nonce"],
  access_token: ["At", "access token"],
  refresh_token: ["Rt", "refresh token"],
  id_token: ["Id", "ID token"],
  session: ["Se", "session cookie"],
  transaction: ["Tx", "transaction"],
};
export const ORDER = Object.keys(KINDS);

/** @typedef {{ kind: string, label: string, fingerprint: string }} Artifact */

/** @param {string} kind */
export const letters = (kind) => KINDS[kind]?.[0] ?? "??";
/** @param {string} kind */
export const name = (kind) => KINDS[kind]?.[1] ?? kind.replaceAll("_", " ");
/** @param {string} kind the class that sets `--k` */
export const colour = (kind) => `k-${letters(kind).toLowerCase().replaceAll("?", "x")}`;
/** @param {Artifact} artifact */
export const key = ({ kind, fingerprint }) => `${kind}:${fingerprint}`;

/** @param {string} kind */
export const tile = (kind) => el("i.tile", { "aria-hidden": "true" }, letters(kind));

/**
 * @param {Artifact} artifact
 * @param {{ named?: boolean, bare?: boolean }} [options] `named`: its name in letters that all can see
 */
export function chip(artifact, { named = false, bare = false } = {}) {
  const { kind, label } = artifact;
  return el(
    `span.chip.${colour(kind)}${bare ? ".bare" : ""}`,
    { title: `${name(kind)}, fingerprint ${label}`, "data-artifact": key(artifact) },
    tile(kind),
    named ? el("b", {}, name(kind)) : unseen(`${name(kind)} `),
    label && el("code", {}, label),
  );
}

/** @param {Artifact[]} artifacts each once, in the order of the legend */
export function each(artifacts) {
  const once = new Map(artifacts.map((artifact) => [key(artifact), artifact]));
  return [...once.values()].sort((a, b) => ORDER.indexOf(a.kind) - ORDER.indexOf(b.kind));
}
