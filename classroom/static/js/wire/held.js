/** Step mode: what is about to be sent waits until it is let go, edited, or dropped. */

import * as api from "../shared/api.js";
import { at, button, el } from "../shared/dom.js";
import { editor, field, pairs } from "../shared/editor.js";
import { who } from "../shared/holders.js";
import { live } from "../shared/live.js";

/** The switch and the tray of what waits. @param {import("../shared/model.js").Model} model */
export function stepMode(model) {
  const [toggle, tray] = [at("step-mode"), at("held")];
  const draw = ({ on, held = [] }) => {
    toggle.setAttribute("aria-checked", String(on));
    const known = new Map([...tray.children].map((item) => [item.dataset.exchange, item]));
    tray.replaceChildren(...held.map((message) => known.get(message.exchange) ?? waiting(message, model)));
    tray.parentElement.hidden = held.length === 0;
  };
  const look = () => api.stepMode().then(draw, () => {});
  toggle.addEventListener("click", async () => {
    const on = toggle.getAttribute("aria-checked") !== "true";
    await api.ask("/api/brake", { method: "PUT", json: { on } }).then(draw, (problem) => {
      at("told").textContent = problem.message;
    });
  });
  for (const kind of ["brake", "hello"]) live.addEventListener(kind, look);
  live.addEventListener("message", (event) => event.detail.kind === "held" && look());
  look();
}

/** @param {Record<string, any>} message @param {import("../shared/model.js").Model} model */
function waiting(message, model) {
  const { to, method, path, exchange, until, what, target } = message;
  const left = el("span.quiet");
  const tick = () => {
    const seconds = Math.max(0, Math.round(until - Date.now() / 1000));
    left.textContent = seconds ? `goes on by itself in ${seconds} s` : "its time is over";
    if (item.isConnected || !seconds) setTimeout(tick, seconds ? 1000 : 1e9);
  };
  const title = what === "redirect" ? `A redirect of ${to.title}’s` : `${method} ${path}`;
  const where =
    what === "redirect"
      ? ["is about to lead the browser to", el("code", {}, target.replace(/[?#].*$/s, ""))]
      : ["is about to reach", who(to.id, to.title)];
  const look = el(
    "button.link",
    { type: "button", onclick: () => model.choose(message.flow ?? "all", message.id) },
    title,
  );
  const item = el("li.waiting", { "data-exchange": exchange }, el("p", {}, look, ...where, left), controls(message));
  requestAnimationFrame(tick);
  return item;
}

/** @param {Record<string, any>} message held, or once held */
export function controls(message) {
  if (message.action) return el("p.small", {}, ENDED[message.action] ?? message.action);
  const host = el("div.held-acts", { role: "group", "aria-label": "What shall happen to it" });
  const decide = (/** @type {string} */ action, /** @type {any} */ edited) =>
    api
      .ask(`/api/brake/${encodeURIComponent(message.exchange)}`, {
        method: "POST",
        json: { action, ...(edited && { edited }) },
      })
      .then(() => host.replaceChildren(el("p.small", {}, ENDED[action])))
      .catch((problem) => host.append(el("p.problem", { role: "alert" }, problem.message)));
  const edit = () => {
    const form = message.what === "redirect" ? redirect(message) : editor(message);
    host.replaceChildren(
      form.element,
      el(
        "p.acts",
        {},
        button("play", "Let it go, edited", () => decide("edited", form.read())),
      ),
    );
  };
  host.append(
    button("play", "Let go", () => decide("go")),
    button("replay", "Edit", edit),
    button("close", "Drop", () => decide("drop")),
  );
  return host;
}

const ENDED = {
  go: "It was let go as it was.",
  edited: "It was let go, edited.",
  drop: "It was dropped.",
  timeout: "Its time was over; it went on.",
  abandoned: "The page that waited for it was closed; it went nowhere.",
  lost: "The server that held it ended; it went nowhere.",
};

/** Of a redirect only the place that it leads to can be edited. @param {Record<string, any>} message */
function redirect(message) {
  const location = field("Where it leads", message.location ?? message.target);
  return {
    element: el("div.editor", {}, location.box, pairs("Query", location.input)),
    read: () => ({ location: location.input.value.trim() }),
  };
}
