/** The front door: the map is drawn from what the parties say of themselves and from what the wire has shown. */

import { chip, colour, each, name, ORDER, tile } from "../shared/artifacts.js";
import { at, el } from "../shared/dom.js";
import { table } from "../shared/health.js";
import { mark, role, title } from "../shared/holders.js";
import { known, road } from "../shared/known.js";
import { live } from "../shared/live.js";
import { begin, parties } from "../shared/shell.js";
import { last, listen } from "./last.js";
import { legend } from "./legend.js";

const SAYS = {
  budget: "A client with a server of its own. Wants to show the balance.",
  balance: "An app that is only a page. Lives in this tab, and has no server to keep a secret on.",
  browser:
    "Carries authorization requests and responses between the others, in URLs that anyone at the screen can read.",
  auth: "Authorization server. The one place that asks for a password.",
  bank: "Resource server. Keeps the accounts, and asks Bank ID what a token is good for.",
  attacker: "Behind no glass of ours. Uses whatever it can steal.",
};
const QUIET = new Set(["session", "transaction"]);

for (const host of document.querySelectorAll("[data-party]")) {
  const id = host.dataset.party;
  host.append(
    mark(id, "l"),
    el("h3", {}, title(id)),
    el("p.role", {}, SAYS[id] ?? role(id)),
    el("dl.knows"),
    el("p.last"),
  );
}

async function draw() {
  const knowledge = await known().catch(() => null);
  if (!knowledge) return;
  for (const host of document.querySelectorAll("[data-party]")) knows(host, knowledge.holders.get(host.dataset.party));
  for (const host of document.querySelectorAll("[data-channel]")) carry(host, knowledge.roads);
  for (const host of document.querySelectorAll("[data-flow]")) redeemed(host, knowledge.flows);
}

/** @param {Element} host @param {import("../shared/known.js").Known | undefined} known */
function knows(host, known) {
  const list = host.querySelector(".knows");
  const holds = ORDER.filter(
    (kind) =>
      known?.holds.has(kind) && (!QUIET.has(kind) || host.dataset.party === "browser") && kind !== "transaction",
  );
  const never = ORDER.filter((kind) => known?.never.has(kind) && !QUIET.has(kind));
  const held = (/** @type {string} */ kind) =>
    el(
      `span.chip.bare.${colour(kind)}`,
      {},
      tile(kind),
      el("b", {}, name(kind) + (known?.holds.get(kind) === "hashed" ? ", hashed" : "")),
    );
  const banned = (/** @type {string} */ kind) =>
    el(`span.chip.ban.${colour(kind)}`, {}, tile(kind), el("b", {}, name(kind)));
  const line = (/** @type {string} */ word, /** @type {Node[]} */ chips) =>
    el("div", {}, el("dt", {}, word), el("dd", {}, el("span.chips", {}, ...chips)));
  list.replaceChildren(
    ...[
      holds.length ? line("holds", holds.map(held)) : "",
      never.length ? line("never", never.map(banned)) : "",
    ].filter(Boolean),
  );
}

/** What travels on a road. @param {Element} host @param {Map<string, Set<string>>} roads */
function carry(host, roads) {
  const { from, to, channel } = host.dataset;
  const kinds = ORDER.filter((kind) => !QUIET.has(kind) && roads.get(road(from, to, channel))?.has(kind));
  for (const old of host.querySelectorAll(".chip")) old.remove();
  const wide = host.closest(".passage");
  host.append(
    ...kinds.map((kind) =>
      el(
        `span.chip.bare.${colour(kind)}`,
        { title: name(kind) },
        tile(kind),
        el(wide ? "b" : "span.sr", {}, name(kind)),
      ),
    ),
  );
}

/** What a flow's code was redeemed with, and for what. @param {Element} host @param {any[]} flows */
function redeemed(host, flows) {
  const flow = flows.find(({ client_id }) => client_id === host.dataset.flow);
  const request = flow?.messages.find(
    ({ kind, path, artifacts }) =>
      kind === "request" &&
      path === "/token" &&
      artifacts.some((/** @type {any} */ artifact) => artifact.kind === "code"),
  );
  const response =
    request && flow.messages.find(({ kind, exchange }) => kind === "response" && exchange === request.exchange);
  const line = host.querySelector(".redeemed");
  const watch = host.querySelector("a[href^='/wire']");
  line.hidden = !response;
  watch.href = response ? `/wire?${new URLSearchParams({ flow: flow.id })}` : "/wire";
  if (!response) return;
  const chips = (/** @type {any} */ message) =>
    each(message.artifacts).map((artifact) => chip(artifact, { named: true }));
  line.replaceChildren(...chips(request), el("span", { role: "img", "aria-label": "gets" }, "→"), ...chips(response));
}

parties.addEventListener("parties", ({ detail }) => {
  table(at("health-rows"), detail);
  for (const { id, origin } of detail)
    for (const link of document.querySelectorAll(`[data-origin="${id}"]`)) link.href = `${origin}/`;
});
let soon;
for (const kind of ["flow", "reset"])
  live.addEventListener(kind, () => {
    clearTimeout(soon);
    soon = setTimeout(draw, 400);
  });
legend(at("keys"));
begin();
listen(live, () => {
  for (const host of document.querySelectorAll("[data-party]")) last(host.querySelector(".last"), host.dataset.party);
});
await draw();
