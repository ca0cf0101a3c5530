/** Send again: a recorded request, edited, sent by the classroom; its response stands beside the first one. */

import { ask } from "../shared/api.js";
import { button, el } from "../shared/dom.js";
import { editor } from "../shared/editor.js";
import { raw } from "./raw.js";

/** @param {Record<string, any>} message */
export function again(message) {
  const dialog = /** @type {HTMLDialogElement} */ (el("dialog.sheet", { "aria-labelledby": "again-title" }));
  dialog.addEventListener("close", () => dialog.remove());
  document.body.append(dialog);
  const form = editor(message);
  const answers = el("div.answers", { "aria-live": "polite" });
  const send = async () => {
    answers.replaceChildren(el("p.quiet", {}, "Sent; waiting for the response."));
    try {
      const sent = await ask("/api/send-again", {
        method: "POST",
        json: { message: message.id, request: form.read() },
      });
      answers.replaceChildren(...sideBySide(sent, message));
      answers.scrollIntoView({ block: "nearest" });
    } catch (problem) {
      answers.replaceChildren(el("p.problem", { role: "alert" }, problem.message));
    }
  };
  const title = el("h2", { id: "again-title" }, "Edit and send again");
  const to = `To ${message.to?.title ?? "the same party"} and to nobody else. The wire marks it as the classroom’s.`;
  dialog.replaceChildren(
    el(
      "header",
      {},
      title,
      button("close", "Close", () => dialog.close(), { bare: true }),
    ),
    el("p.small.quiet", {}, to),
    form.element,
    el("p.acts", {}, button("replay", "Send it", send, { class: "btn slim primary" })),
    answers,
  );
  dialog.showModal();
}

/** @param {any} sent @param {Record<string, any>} message */
function sideBySide({ response, first }, message) {
  const answer = { kind: "response", artifacts: first?.artifacts ?? message.artifacts ?? [] };
  const took = response.milliseconds === undefined ? "" : `answered in ${Math.round(response.milliseconds)} ms`;
  return [
    column(
      "The first response",
      first
        ? raw({ ...first, kind: "response" }, "The first response, raw")
        : el("p.quiet", {}, "It was not recorded."),
    ),
    column("The response now", raw({ ...response, ...answer }, "The response now, raw"), took),
  ];
}

/** @param {string} title @param {Node} content @param {string} [note] */
const column = (title, content, note = "") => el("section", {}, el("h3", {}, title, el("span.rfc", {}, note)), content);
