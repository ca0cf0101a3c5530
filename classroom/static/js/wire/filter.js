/** Which messages of a flow are visible: by party, by what they carry, by a word. */

import { lanesOf } from "../diagram/lanes.js";
import { name, ORDER } from "../shared/artifacts.js";
import { at, el } from "../shared/dom.js";

const KINDS = {
  "": "every kind",
  request: "requests",
  response: "responses",
  note: "notes",
  secret: "with a secret",
  breach: "breaches",
};

/** @param {import("../shared/model.js").Model} model */
export function filter(model) {
  const [party, kind, search, count] = ["filter-party", "filter-kind", "filter-text", "filter-count"].map(at);
  kind.append(
    ...Object.entries(KINDS).map(([value, words]) => el("option", { value }, words)),
    el("optgroup", { label: "carrying a" }, ...ORDER.map((value) => el("option", { value }, name(value)))),
  );
  const apply = () => {
    const words = search.value.trim().toLowerCase();
    model.passes = (message) => by(message, party.value) && of(message, kind.value) && has(message, words);
    const all = model.list.length;
    const visible = model.visible.length;
    count.textContent = visible === all ? "" : `${visible} of ${all} messages shown`;
  };
  const lanes = () => {
    const now = lanesOf(model.flow, model.list);
    const drawn = JSON.stringify(now);
    if (party.dataset.drawn === drawn) return;
    const kept = party.value;
    party.dataset.drawn = drawn;
    party.replaceChildren(
      el("option", { value: "" }, "every party"),
      ...now.map(({ id, title }) => el("option", { value: id }, title)),
    );
    party.value = now.some(({ id }) => id === kept) ? kept : "";
  };
  const changed = () => {
    apply();
    model.fire("messages");
  };
  for (const field of [party, kind, search]) field.addEventListener("input", changed);
  model.addEventListener("messages", () => {
    lanes();
    apply();
  });
}

/** @param {any} message @param {string} party */
const by = ({ from, to }, party) => !party || from?.id === party || to?.id === party;

/** @param {any} message @param {string} wanted */
function of({ kind, artifacts = [], breaches = [] }, wanted) {
  if (!wanted || kind === wanted) return true;
  if (wanted === "secret") return artifacts.length > 0;
  if (wanted === "breach") return breaches.length > 0;
  return artifacts.some((/** @type {any} */ artifact) => artifact.kind === wanted);
}

/** @param {any} message @param {string} words in lower case */
function has(message, words) {
  if (!words) return true;
  const { method, path, target, status, reason, says, from, to, artifacts = [], words: details } = message;
  const secrets = artifacts.flatMap((/** @type {any} */ { kind, label, value }) => [name(kind), label, value]);
  const text = [method, path, target, status, reason, says, from?.title, to?.title, details, ...secrets];
  return text.some((part) => part !== undefined && String(part).toLowerCase().includes(words));
}
