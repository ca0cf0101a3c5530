/** What can be done with a message: send it again, take it away, look at the other half. */

import * as api from "../shared/api.js";
import { at, button, el } from "../shared/dom.js";
import { ALL } from "../shared/model.js";
import { controls } from "../wire/held.js";
import { again } from "./again.js";

/**
 * @param {Record<string, any>} message
 * @param {Record<string, any> | undefined} other its response, or its request
 * @param {import("../shared/model.js").Model} model
 */
export function bar(message, other, model) {
  if (message.kind === "held") return controls(message);
  const made = el("p.acts");
  if (message.kind === "request" && !message.world)
    made.append(button("replay", "Edit and send again", () => again(message)));
  if (message.kind === "request")
    made.append(button("save", "Copy as curl", () => copy(() => api.curl(message.id), "The curl line is copied.")));
  if (other)
    made.append(
      button("go", other.kind === "response" ? "See the response" : "See the request", () => model.select(other.id)),
    );
  made.append(button("out", "Copy link", () => copy(async () => linkTo(message), "The link is copied.")));
  return made;
}

/** @param {Record<string, any>} message */
function linkTo({ flow, id, world }) {
  const place = { flow: flow ?? ALL, message: id };
  return `${location.origin}/wire?${new URLSearchParams(world ? { world, ...place } : place)}`;
}

/** @param {() => Promise<string>} get @param {string} said */
export async function copy(get, said) {
  try {
    await write(await get());
    at("told").textContent = said;
  } catch (problem) {
    at("told").textContent = `It could not be copied. ${problem.message}`;
  }
}

/** The clipboard needs a secure context; where there is none, a selection will do. @param {string} text */
async function write(text) {
  if (navigator.clipboard) return navigator.clipboard.writeText(text);
  const field = /** @type {HTMLTextAreaElement} */ (el("textarea.sr", { "aria-hidden": "true" }));
  field.value = text;
  document.body.append(field);
  field.select();
  document.execCommand("copy");
  field.remove();
}
