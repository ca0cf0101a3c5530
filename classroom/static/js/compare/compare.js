/** Two flows side by side, aligned by step, with what differs marked. */

import { line, pointlike } from "../diagram/row.js";
import * as api from "../shared/api.js";
import { chip, each } from "../shared/artifacts.js";
import { at, el } from "../shared/dom.js";
import { mark, title } from "../shared/holders.js";
import { begin } from "../shared/shell.js";
import { about, began } from "../wire/picker.js";
import { secrets } from "./secrets.js";
import { switchOf } from "./switch.js";

const CODE = ["authorization_code_confidential", "authorization_code_public"];
const query = new URLSearchParams(location.search);
const world = query.get("world") ?? "";
const EARLIER = "earlier"; // which is the id of no flow
const PAGES = 4; // of flows, in which one of either kind is looked for
/** @type {Record<string, string>} */ let chosen = {};
/** @type {{ flows: any[], next: string, more: boolean }} */ let page;
let stood = (/** @type {any} */ _flow) => "";

/** What to know of a flow; of a lab's, also how the switch stood. @param {any} flow */
const words = (flow) => [about(flow), stood(flow)].filter(Boolean).join(" · ");

/** A URL in this world. @param {Record<string, string>} place */
const within = (place) => new URLSearchParams({ ...(world && { world }), ...place });

async function choose() {
  const bothKinds = (/** @type {any[]} */ flows) => CODE.every((kind) => flows.some((flow) => flow.kind === kind));
  [page, stood] = await Promise.all([api.flowsUntil(world, PAGES, bothKinds), switchOf(world)]);
  const newest = page.flows;
  at("empty").hidden = newest.length > 1;
  at("choice").hidden = newest.length < 2;
  const left =
    query.get("left") ??
    newest.find(({ kind, state }) => kind === CODE[0] && state === "finished")?.id ??
    newest[0]?.id;
  const kind = newest.find(({ id }) => id === left)?.kind;
  const others = newest.filter(({ id }) => id !== left);
  const right =
    query.get("right") ?? (others.find((flow) => CODE.includes(flow.kind) && flow.kind !== kind) ?? others[0])?.id;
  fill(at("left"), left);
  fill(at("right"), right);
  if (left && right) await show(left, right);
}

/** @param {HTMLSelectElement} select @param {string | undefined} chosen */
function fill(select, chosen) {
  const earlier = page.more ? [el("option", { value: EARLIER }, "Earlier flows…")] : [];
  const options = page.flows.map((flow) =>
    el("option", { value: flow.id, selected: flow.id === chosen }, `${flow.title} · ${words(flow)}`),
  );
  select.replaceChildren(...options, ...earlier);
  select.onchange = () => (select.value === EARLIER ? turn() : show(at("left").value, at("right").value));
}

/** List the flows that began before these, too. */
async function turn() {
  const older = await api.flows(world, page.next).catch(() => null);
  if (older) page = { ...older, flows: [...page.flows, ...older.flows] };
  for (const [side, id] of Object.entries(chosen)) fill(at(side), id);
}

/** @param {string} leftId @param {string} rightId */
async function show(leftId, rightId) {
  history.replaceState(null, "", `?${within({ left: leftId, right: rightId })}`);
  chosen = { left: leftId, right: rightId };
  const requests = [api.flow(leftId), api.flow(rightId), api.compare(leftId, rightId)];
  const [left, right, comparison] = await Promise.all(requests).catch((problem) => {
    at("told").textContent = problem.message;
    return [];
  });
  if (!comparison) return;
  const messages = new Map([...left.messages, ...right.messages].map((message) => [message.id, message]));
  const pairs = comparison.lines.map((/** @type {any} */ line) => ({
    ...line,
    left: messages.get(line.left),
    right: messages.get(line.right),
  }));
  at("summary").textContent = summary(pairs);
  at("steps").replaceChildren(head(left, right), ...secrets(left, right), ...steps(pairs, left, right));
  for (const [what, role] of Object.entries(ROLES))
    for (const element of at("steps").querySelectorAll(what)) element.setAttribute("role", role);
}

/** It stays a table for those who hear it, also where the style sheet lays its rows out anew. */
const ROLES = {
  "thead, tbody": "rowgroup",
  tr: "row",
  td: "cell",
  "thead th": "columnheader",
  "tbody th": "rowheader",
};

/** @typedef {{ stage: string, left: any, right: any, differs: string[] }} Pair */

/** @param {Pair[]} pairs */
function summary(pairs) {
  const both = pairs.filter(({ left, right }) => left && right);
  const differ = both.filter(({ differs }) => differs.length).length;
  const alone = pairs.length - both.length;
  const shared = differ
    ? `${both.length} steps in both, of which ${differ} differ.`
    : `${both.length} steps in both, all alike.`;
  return alone ? `${shared} ${alone} more on one side only.` : shared;
}

/** @param {any} left @param {any} right */
const head = (left, right) =>
  el(
    "thead",
    {},
    el(
      "tr",
      {},
      el("th", { scope: "col" }, "Step"),
      ...[left, right].map((flow) =>
        el(
          "th",
          { scope: "col" },
          el("span.who", {}, mark(began(flow), "s"), flow.title),
          el("small", {}, words({ ...flow, count: flow.messages.length })),
        ),
      ),
    ),
  );

/** @param {Pair[]} pairs @param {any} left @param {any} right */
function steps(pairs, left, right) {
  const groups = [];
  for (const pair of pairs) {
    if (groups.at(-1)?.stage !== pair.stage) groups.push({ stage: pair.stage, pairs: [] });
    groups.at(-1).pairs.push(pair);
  }
  return groups.map(({ stage, pairs }) =>
    el(
      "tbody",
      {},
      ...pairs.map((pair, index) =>
        el(
          `tr${pair.differs.length ? ".differs" : ""}`,
          {},
          el(
            "th",
            { scope: "row" },
            index === 0 ? stage : el("span.sr", {}, stage),
            pair.differs.length > 0 && el("small.mark-of-difference", {}, `differs: ${pair.differs.join(", ")}`),
          ),
          cell(pair.left, left),
          cell(pair.right, right),
        ),
      ),
    ),
  );
}

/** @param {any} message @param {any} flow */
function cell(message, flow) {
  if (!message) return el("td.absent", {}, "no such step");
  const [first, rest] = line(message);
  const ends = pointlike(message) ? [message.from] : [message.from, message.to];
  const names = ends.map((/** @type {any} */ holder) => title(holder.id, holder.title, flow)).join(" → ");
  const link = el("a", { href: `/wire?${within({ flow: flow.id, message: message.id })}` }, `${first} ${rest}`.trim());
  return el(
    `td.${message.channel === "back" ? "back" : "front"}`,
    {},
    el("code", {}, link),
    el("small", {}, `${names} · ${message.channel === "none" ? "no message" : `${message.channel} channel`}`),
    el("span.chips", {}, ...each(message.artifacts ?? []).map((artifact) => chip(artifact))),
  );
}

begin();
await choose();
