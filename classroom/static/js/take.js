/** Take a flow away: as HAR, Mermaid, SVG, Markdown; look at it large, or beside another. */

import * as api from "./api.js";
import { at, el } from "./dom.js";
import { ALL } from "./model.js";

const KINDS = { har: "HAR", mmd: "Mermaid", svg: "SVG", md: "Markdown" };

/** @param {import("./model.js").Model} model */
export function take(model) {
  const [menu, present, compare, other] = ["exports", "present", "compare", "compare-with"].map(at);
  const draw = () => {
    const { flow, flows } = model;
    for (const link of [menu.closest("details"), present]) link.hidden = !flow;
    compare.hidden = !flow || flows.size < 2;
    if (!flow) return;
    const query = new URLSearchParams({ flow: flow.id });
    present.href = `/wire/present?${query}`;
    const drawn = JSON.stringify([flow.id, [...flows.values()].map(({ id, title }) => [id, title])]);
    if (menu.dataset.drawn === drawn) return;
    menu.dataset.drawn = drawn;
    menu.replaceChildren(
      ...Object.entries(KINDS).map(([kind, words]) => link(flow.id, kind, words)),
      link(flow.id, "md", "Markdown, secrets cut", "?secrets=cut"),
    );
    const others = [...flows.values()].filter(({ id }) => id !== flow.id).sort((a, b) => b.began_at - a.began_at);
    other.replaceChildren(
      el("option", { value: "" }, "Compare with …"),
      ...others.map(({ id, title, count }) => el("option", { value: id }, `${title} · ${count} messages`)),
    );
  };
  other.addEventListener("change", () => {
    if (other.value) location.href = `/wire/compare?${new URLSearchParams({ left: model.chosen, right: other.value })}`;
  });
  for (const change of ["flows", "chosen"]) model.addEventListener(change, draw);
  addEventListener("click", (event) => {
    const open = menu.closest("details");
    if (open.open && event.target instanceof Node && !open.contains(event.target)) open.open = false;
  });
  menu.closest("details").addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    menu.closest("details").open = false;
    menu.closest("details").querySelector("summary").focus();
  });
}

/** @param {string} flow @param {string} kind @param {string} words @param {string} [query] */
const link = (flow, kind, words, query = "") =>
  el("li", {}, el("a", { href: api.exportOf(flow, kind) + query, download: `flow-${flow}.${kind}` }, words));

/** Keep the address on what is looked at, so that it can be sent to somebody. @param {import("./model.js").Model} model */
export function address(model) {
  const put = () => {
    const query = new URLSearchParams();
    if (model.chosen) query.set("flow", model.chosen);
    if (model.selected && !model.following) query.set("message", model.selected);
    const text = query.size ? `?${query}` : "";
    if (text !== location.search) history.replaceState(null, "", location.pathname + text);
  };
  let timer;
  const soon = () => {
    clearTimeout(timer);
    timer = setTimeout(put, 100);
  };
  for (const change of ["chosen", "selected", "messages"]) model.addEventListener(change, soon);
}

/** @returns {{ flow: string, message: string, everything: boolean }} what the address asks for */
export function asked() {
  const query = new URLSearchParams(location.search);
  const flow = query.get("flow") ?? "";
  return { flow, message: query.get("message") ?? "", everything: flow === ALL };
}
