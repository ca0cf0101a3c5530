/** One run of an attack, within the page of its lab: the diagram, with the messages that decide. */

import { Diagram } from "../diagram/diagram.js";
import { row } from "../diagram/row.js";
import { at } from "../shared/dom.js";
import { live } from "../shared/live.js";
import { quietIn } from "./quiet.js";
import { Stretch } from "./stretch.js";

const { proof: listed, verdict, labs, ...run } = at("run").dataset;
const proof = new Set(listed.split(",").filter(Boolean));
const model = new Stretch(run);
const diagram = new Diagram(at("diagram"), model, {
  quiet: (all) => quietIn(all, proof),
  make: (message) => row(message, { href: `/wire?${wireAt(message)}`, proof: proof.has(message.id) ? verdict : "" }),
});

/** Where a message is looked at closely. @param {{ id: string }} message */
const wireAt = ({ id }) => new URLSearchParams({ world: run.world, message: id });

/** Tell the page around this one how tall we are and whether we listen, and nothing else; no other page is told. */
function tell() {
  const size = { height: Math.ceil(at("run").offsetHeight), ready: Boolean(model.after) };
  if (parent !== window) parent.postMessage(size, labs);
}

/** Up and down go from message to message. @param {KeyboardEvent} event */
function move(event) {
  const by = { ArrowUp: -1, ArrowDown: 1 }[event.key];
  if (!by || event.altKey || event.ctrlKey || event.metaKey) return;
  const all = [...diagram.body.querySelectorAll("li > :is(a, button)")];
  const next = all[all.indexOf(document.activeElement) + by];
  if (!next) return;
  event.preventDefault();
  next.focus();
}

/** Listen from now on; what is under way when the stream breaks off is told again by itself. */
function follow() {
  at("told").textContent = "Listening. The first message appears here.";
  live.addEventListener("hello", ({ detail }) => {
    model.after ||= detail.newest;
    tell();
  });
  live.addEventListener("message", ({ detail }) => {
    if (!model.after) return;
    model.hear(detail);
    if (model.list.length) at("told").textContent = "";
  });
  live.open();
}

async function show() {
  try {
    await model.load();
    at("told").textContent = model.list.length ? "" : "Nothing crossed the wire.";
  } catch (problem) {
    at("told").textContent = problem.message;
  }
  diagram.draw(); // at once: where nobody looks yet, there is no next frame
  tell();
}

diagram.body.addEventListener("keydown", move);
if (run.until) await show();
else follow();
new ResizeObserver(tell).observe(at("run"));
