/** Who is here: what each party says of itself. */

import { el, icon } from "./dom.js";
import { who } from "./holders.js";
import { isReady } from "./shell.js";

/** @param {Element} body of the table @param {any[]} parties */
export function table(body, parties) {
  body.replaceChildren(
    ...parties.map((party) =>
      el(
        "tr",
        {},
        el("th", { scope: "row" }, who(party.id, party.title)),
        el("td", {}, state(party)),
        el("td", {}, el("code", {}, party.origin.replace("http://", ""))),
        el("td", {}, party.milliseconds === null ? "no answer" : `${Math.round(party.milliseconds)} ms`),
        el("td", {}, party.messages.toLocaleString()),
      ),
    ),
  );
}

/** @param {any} party */
export const state = (party) =>
  el(`span.state${isReady(party) ? "" : ".wait"}`, {}, icon(isReady(party) ? "ok" : "wait"), party.health);
