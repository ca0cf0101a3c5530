/** What the newest flows show of each holder: what it holds still, what it must never hold, and what travels between whom. */

import * as api from "./api.js";

const KINDS = ["authorization_code_confidential", "authorization_code_public"];
const PAGES = 2; // of flows: the front door asks at each news, and looks no further back

/** @typedef {{ holds: Map<string, string>, never: Set<string> }} Known by kind of secret */

/** @returns {Promise<{ holders: Map<string, Known>, roads: Map<string, Set<string>>, flows: any[] }>} */
export async function known() {
  const { flows: newest } = await api.flowsUntil("", PAGES, (flows) =>
    KINDS.every((kind) => flows.some((flow) => flow.kind === kind && flow.state === "finished")),
  );
  const chosen = KINDS.map(
    (kind) =>
      newest.find((flow) => flow.kind === kind && flow.state === "finished") ??
      newest.find((flow) => flow.kind === kind),
  );
  const whole = await Promise.all(chosen.filter(Boolean).map(({ id }) => api.flow(id)));
  /** @type {Map<string, Known>} */ const holders = new Map();
  /** @type {Map<string, Set<string>>} */ const roads = new Map();
  for (const flow of whole) {
    for (const row of flow.custody?.rows ?? []) note(holders, row);
    for (const message of flow.messages) travel(roads, message);
  }
  return { holders, roads, flows: whole };
}

/** @param {Map<string, Known>} holders @param {any} row */
function note(holders, { artifact, holders: held }) {
  for (const [id, { how }] of Object.entries(held)) {
    const known = holders.get(id) ?? { holds: new Map(), never: new Set() };
    if (how === "never") known.never.add(artifact.kind);
    else if (how !== "passed" && how !== "spent") known.holds.set(artifact.kind, how);
    holders.set(id, known);
  }
}

/** @param {string} from @param {string} to @param {string} channel */
export const road = (from, to, channel) => `${from} ${to} ${channel}`;

/** @param {Map<string, Set<string>>} roads @param {any} message */
function travel(roads, { from, to, channel, artifacts = [] }) {
  if (!from?.id || !to?.id || channel === "none") return;
  const key = road(from.id, to.id, channel);
  const kinds = roads.get(key) ?? new Set();
  for (const { kind } of artifacts) kinds.add(kind);
  roads.set(key, kinds);
}
