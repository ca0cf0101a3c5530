/** What every page says of the sandbox: how many parties are ready, and whether this page still hears the wire. */

import * as api from "./api.js";
import { arrange, at, el, icon } from "./dom.js";
import { live } from "./live.js";

const EVERY = 5000; // milliseconds
const WORDS = {
  away: "The classroom does not answer. What you see is as of the last message; this page tries again by itself.",
  redis: "Redis is away, so nothing new reaches the wire. Try: make doctor",
};

/** Fires `parties` with what the classroom knows of them. */
export const parties = new EventTarget();

async function look() {
  if (document.visibilityState === "hidden") return;
  const [state, self] = await Promise.all([api.parties().catch(() => null), fetch("/readyz").catch(() => null)]);
  if (!state || !self || live.state === "away") return banner(WORDS.away);
  banner(self.ok ? "" : WORDS.redis);
  ready(state.parties);
  labs(state.labs);
  parties.dispatchEvent(new CustomEvent("parties", { detail: state.parties }));
}

/** @param {any[]} all */
function ready(all) {
  const well = all.filter(isReady).length;
  const good = well === all.length;
  const host = at("ready");
  host.classList.toggle("some-away", !good);
  const words = `${well} of ${all.length} parties ready`;
  if (host.dataset.drawn === words) return;
  host.dataset.drawn = words;
  arrange(host, []);
  host.replaceChildren(icon(good ? "ok" : "wait"), words);
}

/** Show the way to the labs while they answer. @param {any} state */
function labs(state) {
  for (const link of document.querySelectorAll("[data-labs]")) link.toggleAttribute("hidden", !isReady(state));
}

/** @param {any} party */
export const isReady = ({ health }) => health === "ready";

/** @param {string} words */
function banner(words) {
  const host = at("banner");
  if (host.textContent === words) return;
  host.replaceChildren(words && el("span", {}, words));
  host.hidden = !words;
}

/** Begin to look, and to listen. */
export function begin() {
  live.addEventListener("state", (event) => {
    if (event.detail === "away") banner(WORDS.away);
    else look();
  });
  live.start();
  look();
  setInterval(look, EVERY);
  document.addEventListener("visibilitychange", look);
}
