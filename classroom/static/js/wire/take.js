/** Take a flow away: as HAR, Mermaid, SVG, Markdown; look at it large, or beside another. */

import * as api from "../shared/api.js";
import { at, el } from "../shared/dom.js";

const KINDS = { har: "HAR", mmd: "Mermaid", svg: "SVG", md: "Markdown" };

/** @param {import("../shared/model.js").Model} model */
export function take(model) {
  const [menu, present, compare] = ["exports", "present", "compare"].map(at);
  const draw = () => {
    const { flow, flows } = model;
    for (const link of [menu.closest("details"), present]) link.hidden = !flow;
    compare.hidden = !flow || flows.size < 2;
    if (!flow) return;
    const world = model.world ? { world: model.world } : {};
    present.href = `/wire/present?${new URLSearchParams({ ...world, flow: flow.id })}`;
    compare.href = `/wire/compare?${new URLSearchParams({ ...world, left: flow.id })}`;
    if (menu.dataset.of === flow.id) return;
    menu.dataset.of = flow.id;
    menu.replaceChildren(
      ...Object.entries(KINDS).map(([kind, words]) => link(flow.id, kind, words)),
      ...Object.entries(KINDS).map(([kind, words]) => link(flow.id, kind, `${words}, secrets cut`, "?secrets=cut")),
    );
  };
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

/** Keep the URL on what is looked at, so that it can be sent to somebody. @param {import("../shared/model.js").Model} model */
export function address(model) {
  const put = () => {
    const query = new URLSearchParams();
    if (model.world) query.set("world", model.world);
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

/** @returns {{ flow: string, message: string, world: string }} what the URL asks for */
export function wanted() {
  const query = new URLSearchParams(location.search);
  return { flow: query.get("flow") ?? "", message: query.get("message") ?? "", world: query.get("world") ?? "" };
}
