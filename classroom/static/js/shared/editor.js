/** A request in fields that can be edited: the URL, the headers, and the body part by part. */

import { el } from "./dom.js";

const FORM = "application/x-www-form-urlencoded";
const CUT = "The recorder kept only the beginning of this body. Change it, and no more is sent than stands here.";

/** @param {Record<string, any>} message */
export function editor(message) {
  const method = field("Method", message.method ?? "GET");
  const target = field("Path and query", message.target ?? message.path ?? "/");
  const query = pairs("Query", target.input);
  const headers = area(
    "Headers, one to a line",
    (message.headers ?? []).map(([name, value]) => `${name}: ${value}`).join("\n"),
  );
  const body = area("Body", message.body ?? "");
  const before = { headers: headers.input.value, body: body.input.value };
  const parts = isForm(message) ? formParts(body.input) : null;
  const whole = parts ? el("details", {}, el("summary", {}, "The whole body"), body.box) : body.box;
  return {
    element: el(
      "div.editor",
      {},
      method.box,
      target.box,
      query,
      parts,
      el("details", {}, el("summary", {}, "Headers"), headers.box),
      message.method === "GET" ? null : whole,
      message.cut && el("p.small", {}, CUT),
    ),
    /** @returns {Record<string, any>} what has changed; the rest stays as it is */
    read: () => ({
      method: method.input.value.trim().toUpperCase(),
      target: target.input.value.trim(),
      ...(headers.input.value !== before.headers && { headers: linesToHeaders(headers.input.value) }),
      ...(body.input.value !== before.body && { body: body.input.value }),
    }),
  };
}

/** @param {Record<string, any>} message */
const isForm = ({ headers = [], body }) =>
  Boolean(body) && headers.some(([name, value]) => name.toLowerCase() === "content-type" && value.startsWith(FORM));

/** @param {string} label @param {string} value */
export function field(label, value) {
  const input = /** @type {HTMLInputElement} */ (
    el("input", { type: "text", autocomplete: "off", spellcheck: "false" })
  );
  input.value = value;
  return { input, box: el("label.field", {}, el("span", {}, label), input) };
}

/** @param {string} label @param {string} value */
function area(label, value) {
  const input = /** @type {HTMLTextAreaElement} */ (
    el("textarea", { rows: Math.min(8, value.split("\n").length + 1), spellcheck: "false" })
  );
  input.value = value;
  return { input, box: el("label.field", {}, el("span", {}, label), input) };
}

/** The pairs of a query, each in a field of its own, written back into the target. @param {string} legend @param {HTMLInputElement} target */
export function pairs(legend, target) {
  const [path, query = ""] = target.value.split("?");
  if (!query) return null;
  return fields(legend, query, (encoded) => {
    target.value = encoded ? `${path}?${encoded}` : path;
  });
}

/** @param {HTMLTextAreaElement} body */
const formParts = (body) =>
  fields("Form", body.value, (encoded) => {
    body.value = encoded;
  });

/** @param {string} legend @param {string} encoded @param {(encoded: string) => void} write */
function fields(legend, encoded, write) {
  const list = [...new URLSearchParams(encoded)].map(([name, value]) => ({ name, ...field(name, value), gone: false }));
  const put = () =>
    write(
      new URLSearchParams(list.filter((pair) => !pair.gone).map(({ name, input }) => [name, input.value])).toString(),
    );
  for (const pair of list) {
    pair.input.addEventListener("input", put);
    pair.box = el("div.pair", {}, pair.box, leaveOut(pair, put));
  }
  return el("fieldset.pairs", {}, el("legend", {}, legend), ...list.map(({ box }) => box));
}

/** @param {any} pair @param {() => void} put */
function leaveOut(pair, put) {
  const toggle = el(
    "button.btn.slim",
    { type: "button", "aria-pressed": "false", "aria-label": `Leave out ${pair.name}` },
    "Leave out",
  );
  toggle.addEventListener("click", () => {
    pair.gone = !pair.gone;
    pair.input.disabled = pair.gone;
    toggle.setAttribute("aria-pressed", String(pair.gone));
    put();
  });
  return toggle;
}

/** @param {string} text */
export function linesToHeaders(text) {
  return text
    .split("\n")
    .map((line) => [line.slice(0, line.indexOf(":")).trim(), line.slice(line.indexOf(":") + 1).trim()])
    .filter(([name]) => name);
}
