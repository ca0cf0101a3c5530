/** Which flow is looked at: the latest few as tabs, all of them in a list. */

import { el } from "../shared/dom.js";
import { mark } from "../shared/holders.js";
import { ALL } from "../shared/model.js";

const TABS = 3;
const EARLIER = "earlier"; // which is the id of no flow
const KINDS = {
  authorization_code_confidential: "authorization code",
  authorization_code_public: "PKCE, no server",
  client_credentials: "client credentials",
  device: "device flow",
  implicit: "implicit flow",
  refresh: "refresh",
  unknown: "unknown kind",
};
const CLOCK = new Intl.DateTimeFormat([], { hour: "2-digit", minute: "2-digit" });
const STATES = { waiting: "live", finished: "", failed: "failed" };

/** @param {HTMLElement} host a fieldset @param {import("../shared/model.js").Model} model */
export function picker(host, model) {
  const tabs = el("div.tabs-of-flows");
  const select = /** @type {HTMLSelectElement} */ (
    el("select", { "aria-label": "More flows", onchange: () => turnTo(select.value) })
  );
  host.append(tabs, select);
  const alone = matchMedia("(max-width: 1000px)"); // without tabs beside it, the list shows which flow is chosen
  const turnTo = async (/** @type {string} */ id) => {
    if (id !== EARLIER) return model.choose(id);
    await model.loadEarlier().catch(() => {});
    host.dataset.drawn = ""; // the list is to show the chosen flow again, also where there was nothing earlier
    draw();
    select.focus();
  };
  const draw = () => {
    const flows = [...model.flows.values()].sort((a, b) => (b.began_at ?? 0) - (a.began_at ?? 0));
    if (sameAs(host, flows, `${model.chosen} ${alone.matches} ${model.more}`)) return;
    const first = [...shortlist(flows, model.chosen), EVERYTHING];
    tabs.replaceChildren(...first.map((flow) => tab(flow, model)));
    const others = alone.matches ? [...flows, EVERYTHING] : flows.filter((flow) => !first.includes(flow));
    const name = el("option", { value: "", disabled: true, hidden: true, selected: true }, "More flows");
    const earlier = model.more ? [el("option", { value: EARLIER }, "Earlier flows…")] : [];
    const options = others.map((flow) => option(flow, model.chosen));
    select.replaceChildren(...(alone.matches ? [] : [name]), ...options, ...earlier);
    host.classList.toggle("few", flows.length <= TABS);
  };
  for (const change of ["flows", "chosen"]) model.addEventListener(change, draw);
  alone.addEventListener("change", draw);
}

const EVERYTHING = { id: ALL, title: "All messages", kind: "", lanes: ["browser"] };

/** The newest, and the chosen one in any case. @param {any[]} flows @param {string} chosen */
function shortlist(flows, chosen) {
  const first = flows.slice(0, TABS);
  const missing = flows.slice(TABS).find(({ id }) => id === chosen);
  return missing ? [...first.slice(0, -1), missing] : first;
}

/** @param {HTMLElement} host @param {any[]} flows @param {string} chosen and how it is shown */
function sameAs(host, flows, chosen) {
  const now = JSON.stringify([
    chosen,
    flows.map(({ id, title, state, count, breaches }) => [id, title, state, count, breaches?.length]),
  ]);
  const same = host.dataset.drawn === now;
  host.dataset.drawn = now;
  return same;
}

/** @param {any} flow @returns {string} what to know of it before it is opened */
export function about({ id, kind, state, count, breaches = [], began_at }) {
  if (id === ALL) return "flow or no flow";
  const time = CLOCK.format(began_at * 1000);
  const parts = [STATES[state], KINDS[kind] ?? kind, count === 1 ? "1 message" : `${count} messages`, time];
  return [...parts, breached(breaches)].filter(Boolean).join(" · ");
}

/** @param {any[]} breaches */
const breached = ({ length }) => (length > 1 ? `${length} breaches` : length === 1 ? "1 breach" : "");

/** @param {any} flow @param {import("../shared/model.js").Model} model */
function tab(flow, model) {
  const input = el("input", {
    type: "radio",
    name: "flow",
    value: flow.id,
    checked: flow.id === model.chosen,
    onchange: () => model.choose(flow.id),
  });
  const live = flow.state === "waiting" && el("i.live-dot");
  const breach = breached(flow.breaches ?? []);
  return el(
    "label",
    {},
    input,
    mark(began(flow), "s"),
    el(
      "span",
      {},
      flow.title,
      el("small", {}, live, about({ ...flow, breaches: [] }), breach && el("b", {}, ` · ${breach}`)),
    ),
  );
}

/** @param {any} flow who began it */
export const began = ({ client_id, lanes = [] }) =>
  ["budget", "balance"].includes(client_id) ? client_id : (lanes[0] ?? "other");

/** @param {any} flow @param {string} chosen */
const option = (flow, chosen) =>
  el("option", { value: flow.id, selected: flow.id === chosen }, `${flow.title} · ${about(flow)}`);
