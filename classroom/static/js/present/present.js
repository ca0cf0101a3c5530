/** The presenter's view: one message at a time, large, moved by a clicker. */

import { line, pointlike } from "../diagram/row.js";
import * as api from "../shared/api.js";
import { chip, each } from "../shared/artifacts.js";
import { arrange, at, el, icon, plain, worded } from "../shared/dom.js";
import { mark, title } from "../shared/holders.js";
import { live } from "../shared/live.js";
import { Model } from "../shared/model.js";
import { wanted } from "../wire/take.js";

const NEXT = new Set(["ArrowRight", "ArrowDown", "PageDown", " ", "Enter"]);
const BACK = new Set(["ArrowLeft", "ArrowUp", "PageUp", "Backspace"]);

const LISTENER = { front: "An eavesdropper on every URL: ", back: "An eavesdropper on the back channel: " };

const model = new Model(wanted().world);
const host = at("slide");
let loaded = false;

function draw() {
  const { message, flow, index, list } = model;
  at("which").textContent = flow?.title ?? "";
  at("place").textContent = list.length ? `${index + 1} / ${list.length}` : "";
  at("back").disabled = index <= 0;
  at("next").disabled = index >= list.length - 1;
  const world = model.world && { world: model.world };
  const query = new URLSearchParams({ ...world, flow: model.chosen, message: model.selected });
  at("leave").href = `/wire?${query}`;
  at("empty").hidden = !loaded || list.length > 0;
  if (!message) return arrange(host, []);
  history.replaceState(null, "", `?${query}`);
  arrange(host, [slide(message, flow)]);
  at("told").textContent = `Message ${index + 1} of ${list.length}. ${plain(message.says ?? "")}`;
  means(message);
}

/** @param {Record<string, any>} message @param {any} flow */
function slide(message, flow) {
  const [first, rest] = message.kind === "note" ? ["", ""] : line(message);
  const chips = each(message.artifacts ?? []).map((artifact) => chip(artifact, { named: true }));
  const breach = message.breaches?.[0];
  return el(
    `article.slide.${message.channel === "back" ? "back" : "front"}${breach ? ".breached" : ""}`,
    {},
    el("p.channel", {}, channel(message)),
    ends(message, flow),
    first && el("p.stage-what", {}, first, rest && el("em", {}, ` ${rest}`)),
    message.kind === "note" && message.what && el("p.note-words", {}, `“${message.what}”`),
    chips.length ? el("p.chips", {}, ...chips) : el("p.quiet", {}, "no secret in it"),
    (breach || message.says) &&
      el("h2.says", {}, breach && icon("alarm"), ...worded(breach ? breach.why : message.says)),
    el("p.rfc", {}, (message.sections ?? []).join(", ")),
    el("div.aside", { id: "aside" }),
  );
}

/** @param {Record<string, any>} message */
function channel({ channel }) {
  if (channel === "back") return "Back channel: server to server";
  return channel === "front" ? "Front channel: through the browser" : "Without a message";
}

/** @param {Record<string, any>} message @param {any} flow */
function ends(message, flow) {
  const end = (/** @type {any} */ holder) =>
    el("span.end", {}, mark(holder.id, "l"), el("b", {}, title(holder.id, holder.title, flow)));
  if (pointlike(message)) return el("div.ends", {}, end(message.from));
  return el("div.ends", {}, end(message.from), el("span.arrow", { role: "img", "aria-label": "to" }), end(message.to));
}

/** What a listener would know by now, for the room. @param {Record<string, any>} message */
async function means(message) {
  const learned = await api.learned(model.chosen, message.id).catch(() => null);
  if (!learned || model.message?.id !== message.id) return;
  if (pointlike(message)) return;
  const ear = message.channel === "back" ? "back" : "front";
  const words = learned.means?.[ear];
  if (words) at("aside").replaceChildren(el("p", {}, el("b", {}, LISTENER[ear]), words));
}

for (const change of ["messages", "selected", "chosen", "flows"]) model.addEventListener(change, draw);
at("next").addEventListener("click", () => model.step(1));
at("back").addEventListener("click", () => model.step(-1));
document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  const onControl = event.target instanceof Element && event.target.closest("button, a");
  if (onControl && (event.key === " " || event.key === "Enter")) return;
  const by = NEXT.has(event.key) ? 1 : BACK.has(event.key) ? -1 : 0;
  if (!by) return;
  event.preventDefault();
  model.step(by);
});

/** Begin where the URL says, or else at the beginning of the newest flow. */
async function begin() {
  const { flow, message } = wanted();
  const newest = [...model.flows.values()].sort((a, b) => b.began_at - a.began_at)[0];
  // It may have begun before all that the list of flows tells of.
  const isThere =
    flow &&
    (await model.choose(flow, message).then(
      () => true,
      () => false,
    ));
  if (!isThere && newest) await model.choose(newest.id).catch(() => {});
  if (!(isThere && message) && model.list.length) model.select(model.list[0].id);
}

live.addEventListener("message", ({ detail }) => model.hear(detail));
live.addEventListener("flow", ({ detail }) => {
  model.hearFlow(detail);
  if (loaded && !model.chosen) begin();
});
live.addEventListener("reset", () => model.forget());
await live.start().listening();

await model.load().catch(() => {});
await begin();
loaded = true;
draw();
