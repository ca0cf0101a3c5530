/** Custody before and after a message: what changed hands by it. */

import * as api from "../shared/api.js";
import { chip } from "../shared/artifacts.js";
import { el } from "../shared/dom.js";
import { mark, title } from "../shared/holders.js";
import { words } from "../shared/holding.js";

/** @param {Element | null} host @param {import("../shared/model.js").Model} model @param {Record<string, any>} message */
export async function change(host, model, message) {
  if (!host || !message.flow) return;
  const flow = model.flows.get(message.flow); // nothing, where it began before those that are listed
  const index = model.list.findIndex(({ id }) => id === message.id);
  const previous = model.list[index - 1];
  const [before, after] = await Promise.all([
    previous ? api.custody(message.flow, previous.id) : { rows: [] },
    api.custody(message.flow, message.id),
  ]).catch(() => [null, null]);
  if (!before) return;
  const changes = differences(before.rows, after.rows);
  const heading = el("h3", {}, "Custody, before and after");
  if (!changes.length)
    return host.replaceChildren(heading, el("p.small.quiet", {}, "Nothing changes hands by this message."));
  const head = el("tr", {}, ...["Secret", "Who", "Before", "After"].map((words) => el("th", { scope: "col" }, words)));
  host.replaceChildren(
    heading,
    el("table.changes", {}, el("thead", {}, head), el("tbody", {}, ...changes.map((change) => line(change, flow)))),
  );
}

/** @param {any[]} before @param {any[]} after */
function differences(before, after) {
  const earlier = new Map(before.map(({ artifact, holders }) => [`${artifact.kind}:${artifact.fingerprint}`, holders]));
  return after.flatMap(({ artifact, holders }) => {
    const held = earlier.get(`${artifact.kind}:${artifact.fingerprint}`) ?? {};
    return Object.keys(holders)
      .map((id) => ({ artifact, id, from: words(held[id]), to: words(holders[id]) }))
      .filter(({ from, to }) => from !== to);
  });
}

/** @param {any} change @param {any} flow */
function line({ artifact, id, from, to }, flow) {
  const name = title(id, "", flow);
  return el(
    "tr",
    {},
    el("td", {}, chip(artifact)),
    el("td", {}, el("span.who", {}, mark(id, "s"), name)),
    el("td", {}, from || "nothing"),
    el("td", {}, to || "nothing"),
  );
}
