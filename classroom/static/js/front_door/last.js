/** The last message that each holder received, and how long ago that was. */

import { line } from "../diagram/row.js";
import * as api from "../shared/api.js";
import { el } from "../shared/dom.js";

/** @type {Map<string, any>} */ const newest = new Map();

/** @param {EventTarget} live @param {() => void} draw */
export async function listen(live, draw) {
  const take = (/** @type {any} */ message) => {
    if (message.world || (message.kind !== "request" && message.kind !== "response")) return; // the labs tell their own
    const known = newest.get(message.to?.id);
    if (!known || known.at <= message.at) newest.set(message.to?.id, message);
  };
  live.addEventListener("message", ({ detail }) => {
    take(detail);
    draw();
  });
  live.addEventListener("reset", () => {
    newest.clear();
    draw();
  });
  const { messages } = await api.newest("", 200).catch(() => ({ messages: [] }));
  for (const message of messages) take(message);
  draw();
  setInterval(draw, 1000);
}

/** @param {Element | null} host @param {string} id */
export function last(host, id) {
  if (!host) return;
  const message = newest.get(id);
  const words = message ? `${ago(message.at)}, from ${message.from?.title ?? "somebody"}` : "nothing received yet";
  if (host.textContent === words) return;
  host.classList.toggle("idle", !message);
  host.replaceChildren(el("i"), message ? el("code", {}, line(message).join(" ").trim()) : "", el("span", {}, words));
}

/** @param {number} at seconds since 1970 */
export function ago(at) {
  const seconds = Math.max(0, Math.round(Date.now() / 1000 - at));
  if (seconds < 60) return `${seconds} s ago`;
  if (seconds < 3600) return `${Math.round(seconds / 60)} min ago`;
  return `at ${new Date(at * 1000).toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" })}`;
}
