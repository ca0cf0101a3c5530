/** Each party: who it is, where it lives, what the wire has shown it to hold, and what it must never hold. */

import { colour, name, ORDER, tile } from "../shared/artifacts.js";
import { el, icon } from "../shared/dom.js";
import { state } from "../shared/health.js";
import { mark, title } from "../shared/holders.js";
import { known } from "../shared/known.js";
import { live } from "../shared/live.js";
import { begin, parties } from "../shared/shell.js";

const SAYS = {
  auth: "Knows people by their passwords and clients by their secrets. It is the only page that asks for a password, and the only one that hands out codes and tokens.",
  bank: "Keeps the accounts. It has no page: it answers whoever shows a token, as far as the token reaches.",
  budget:
    "A confidential client: it has a server, so it can keep a secret and its tokens there. The browser gets the numbers and never the token.",
  balance:
    "A public client: only a page. Its own host hands out files and learns nothing; the token lives in the tab and dies with it.",
  person: "Owns the account, and decides. Types the password at one origin only.",
  browser: "Shows every page and carries every redirect. What passes through its address bar stays in its history.",
  attacker: "Sees what leaks, and sends what it likes. Any secret it holds is a breach.",
};
const PAGES = new Set(["auth", "budget", "balance"]);

/** @type {Map<string, any>} */ const said = new Map();
/** @type {Map<string, import("../shared/known.js").Known>} */ let holders = new Map();

function draw() {
  for (const host of document.querySelectorAll("[data-party]")) host.replaceChildren(...house(host.dataset.party));
}

/** @param {string} id */
function house(id) {
  const party = said.get(id);
  const held = holders.get(id);
  return [
    el(
      "header",
      {},
      mark(id, "l"),
      el("div", {}, el("h2", {}, party?.title ?? title(id)), el("p.quiet.small", {}, party?.role ?? ROLES[id] ?? "")),
    ),
    party && el("p.address", {}, el("code", {}, party.origin)),
    el("p", {}, SAYS[id]),
    secrets(
      "Holds now",
      ORDER.filter((kind) => held?.holds.has(kind)),
      "nothing that has been on the wire",
    ),
    secrets(
      "Must never hold",
      ORDER.filter((kind) => held?.never.has(kind)),
      holders.size ? "nothing that has been on the wire" : "told once a flow has been on the wire",
      "ban",
    ),
    party &&
      el(
        "p.facts",
        {},
        state(party),
        el("span.quiet", {}, `${party.messages.toLocaleString()} messages`),
        links(id, party),
      ),
  ].filter(Boolean);
}

const ROLES = { person: "resource owner", browser: "user agent", attacker: "nobody’s friend" };

/** @param {string} words @param {string[]} kinds @param {string} none @param {"bare" | "ban"} [shape] */
function secrets(words, kinds, none, shape = "bare") {
  const chips = kinds.map((kind) =>
    el("li", {}, el(`span.chip.${shape}.${colour(kind)}`, {}, tile(kind), el("b", {}, name(kind)))),
  );
  return el(
    "section",
    {},
    el("h3", {}, words),
    chips.length ? el("ul.chips", {}, ...chips) : el("p.quiet.small", {}, none),
  );
}

/** @param {string} id @param {any} party */
const links = (id, party) =>
  PAGES.has(id) &&
  el("a.btn.slim", { href: `${party.origin}/`, target: "_blank", rel: "noopener" }, `Open ${party.title}`, icon("out"));

async function look() {
  holders = (await known().catch(() => ({ holders }))).holders;
  draw();
}

let drawn = "";
parties.addEventListener("parties", ({ detail }) => {
  const now = JSON.stringify(detail.map(({ id, health, messages }) => [id, health, messages]));
  for (const party of detail) said.set(party.id, party);
  if (now !== drawn) draw();
  drawn = now;
});
let soon;
for (const kind of ["flow", "reset"])
  live.addEventListener(kind, () => {
    clearTimeout(soon);
    soon = setTimeout(look, 400);
  });
begin();
await look();
