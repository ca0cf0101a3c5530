/** A message as it crossed the wire, with each secret marked where it stands. */

import { colour, name } from "../shared/artifacts.js";
import { el } from "../shared/dom.js";

/** @param {Record<string, any>} message @param {string} [label] for who does not see where it stands */
export function raw(message, label = "Raw HTTP") {
  const marks = needles(message.artifacts ?? []);
  const start = firstLine(message);
  const headers = (message.headers ?? []).map(([header, value]) =>
    ln(`${header}: ${value}`, marks, DULL.has(header.toLowerCase())),
  );
  const { headers_left_out: more } = message;
  if (more) headers.push(ln(`(cut by the recorder: ${more} more ${more > 1 ? "headers" : "header"})`, [], true));
  const body = message.body ? [ln("", []), ...bodyLines(message, marks)] : [];
  return el(
    "pre.raw",
    { tabindex: "0", role: "region", "aria-label": label },
    el("span.ln", {}, el("b", {}, ...marked(start, marks))),
    ...headers,
    ...body,
  );
}

/** @param {Record<string, any>} message */
function firstLine({ kind, method, target, protocol = "HTTP/1.1", status, reason = "", what }) {
  if (kind === "response") return `${protocol} ${status} ${reason}`;
  return kind === "held" && what === "redirect" ? `Location: ${target}` : `${method} ${target} ${protocol}`;
}

const DULL = new Set([
  "user-agent",
  "accept",
  "accept-encoding",
  "accept-language",
  "connection",
  "server",
  "date",
  "cache-control",
  "upgrade-insecure-requests",
  "content-security-policy",
  "content-length",
  "vary",
  "priority",
]);

/** @param {Record<string, any>} message @param {Needle[]} marks */
function bodyLines({ body, body_encoding, cut, length }, marks) {
  if (body_encoding === "base64") return [ln(`(${length} bytes that are not text)`, [], true)];
  const lines = body.split(/\r?\n/).map((/** @type {string} */ line) => ln(line, marks));
  if (cut) lines.push(ln(`(cut by the recorder: the whole body has ${length} bytes)`, [], true));
  return lines;
}

/** An empty line holds a break, so that it is copied, too. @param {string} line @param {Needle[]} marks @param {boolean} [dull] */
const ln = (line, marks, dull = false) =>
  el(`span.ln${dull ? ".dim" : ""}`, {}, ...(line ? marked(line, marks) : [el("br")]));

/** @typedef {{ text: string, artifact: Record<string, any> }} Needle */

/** How each secret may be spelt in a message: as it is, percent-encoded, or wrapped in Basic (RFC 7617 §2). @param {any[]} artifacts */
function needles(artifacts) {
  /** @type {Needle[]} */ const spellings = [];
  for (const artifact of artifacts) {
    const { value } = artifact;
    if (!value) continue;
    const encoded = encodeURIComponent(value.toWellFormed());
    const form = encoded.replace(/[!'()*]/g, (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`);
    const json = JSON.stringify(value).slice(1, -1);
    for (const text of new Set([value, encoded, form, form.replaceAll("%20", "+"), json]))
      spellings.push({ text, artifact });
    if (/basic/i.test(artifact.place ?? "")) spellings.push({ text: "", artifact });
  }
  return spellings.sort((a, b) => b.text.length - a.text.length);
}

const BASIC = /^(Authorization: Basic )(\S+)$/i;

/** @param {string} line @param {Needle[]} marks @returns {(Node | string)[]} */
export function marked(line, marks) {
  const basic = BASIC.exec(line);
  const wrapped = basic && marks.find(({ text }) => text === "");
  if (wrapped) return [basic[1], tag(basic[2], wrapped.artifact)];
  const parts = [];
  let rest = line;
  for (;;) {
    const hit = first(rest, marks);
    if (!hit) return [...parts, rest];
    parts.push(rest.slice(0, hit.at), tag(hit.text, hit.artifact));
    rest = rest.slice(hit.at + hit.text.length);
  }
}

/** @param {string} line @param {Needle[]} marks the longest first */
function first(line, marks) {
  let best = null;
  for (const { text, artifact } of marks) {
    const at = text ? line.indexOf(text) : -1;
    if (at >= 0 && (!best || at < best.at)) best = { at, text, artifact };
  }
  return best;
}

/** @param {string} text @param {any} artifact */
const tag = (text, artifact) =>
  el(
    `mark.${colour(artifact.kind)}`,
    {
      title: `${name(artifact.kind)}, fingerprint ${artifact.label}`,
      "data-artifact": `${artifact.kind}:${artifact.fingerprint}`,
    },
    text,
  );

/** A value with the secrets in it marked. @param {string} value @param {any[]} artifacts */
export const markedValue = (value, artifacts) => marked(value, needles(artifacts));
