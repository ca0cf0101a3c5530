/** Both runs, side by side: what came of the newest one with the defence off, and on. This browser remembers them. */

import { el, find } from "./dom.js";
import { HEADINGS, line } from "./result.js";
import { chip, chips } from "./secrets.js";

const { name } = find("lab").dataset;
const KEPT = `lab ${name}`;

/** @typedef {{ verdict: string, summary: any }} Run */
/** @returns {{ generation: string, false?: Run, true?: Run }} of this world; what was before a reset is another one's */
function kept() {
  const stored = JSON.parse(localStorage.getItem(KEPT) ?? "null");
  return stored?.generation === find("lab").dataset.generation ? stored : { generation: find("lab").dataset.generation };
}

/** @param {boolean} on @param {string} verdict @param {any} summary */
export function remember(on, verdict, summary) {
  localStorage.setItem(KEPT, JSON.stringify({ ...kept(), [String(on)]: { verdict, summary } }));
  draw();
}

/** After a reset the world is another one. @param {string} now its name */
export function forget(now) {
  localStorage.removeItem(KEPT);
  find("lab").dataset.generation = now;
  draw();
}

/** @type {Record<string, (run: Run) => (Node | string)[]>} */
const ROWS = {
  Outcome: ({ verdict, summary: { decided } }) => [
    el(`b.${verdict.replaceAll(" ", "-")}`, {}, HEADINGS[verdict]),
    decided ? `, at message ${decided.n}` : "",
  ],
  "Decided by": ({ summary: { decided } }) =>
    decided
      ? [el("code", {}, line(decided)), el("p.quiet", {}, `${decided.from.title} to ${decided.to.title}`)]
      : ["no message"],
  "Codes issued": ({ summary: { codes } }) =>
    codes.length ? codes.map((code) => el("p", {}, chip(code), ` to ${code.to.join(", ") || "nobody"}`)) : ["none"],
  "Tokens the attacker got": ({ summary: { tokens } }) => [chips(tokens, "none")],
  "Messages on the wire": ({ summary: { messages } }) => [String(messages)],
};

export function draw() {
  const runs = kept();
  find("both-runs").hidden = !runs.false && !runs.true;
  find("runs").replaceChildren(
    ...Object.entries(ROWS).map(([what, tell]) =>
      el(
        "tr",
        {},
        el("th", { scope: "row" }, what),
        ...["false", "true"].map((on) => el("td", {}, ...(runs[on] ? tell(runs[on]) : ["not run yet"]))),
      ),
    ),
  );
}
