/** The secrets as the classroom draws them: a shape, two letters and a colour each, and the start of their SHA-256. */

import { el } from "./dom.js";

const LETTERS = {
  password: "Pw",
  client_secret: "Cs",
  code: "Co",
  access_token: "At",
  refresh_token: "Rt",
  id_token: "Id",
  session: "Se",
};
const NAMES = {
  session: "session cookie",
  id_token: "ID token",
};

/** @param {string} kind */
const name = (kind) => NAMES[kind] ?? kind.replaceAll("_", " ");

/** @param {{ kind: string, label: string }} secret */
export function chip({ kind, label }) {
  const letters = LETTERS[kind] ?? "??";
  const tile = el("i.tile", { "aria-hidden": "true" }, letters);
  const colour = LETTERS[kind] ? letters.toLowerCase() : "xx";
  return el(`span.chip.k-${colour}`, {}, tile, el("b", {}, name(kind)), " ", el("code", {}, label));
}

/** @param {{ kind: string, label: string }[]} secrets @param {string} none what stands there where there are none */
export const chips = (secrets, none) => (secrets.length ? el("span.chips", {}, ...secrets.map(chip)) : none);
