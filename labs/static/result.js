/** What came of a run: the verdict, what proves it, and what the attacker has now; all of it read from the wire. */

import { ask } from "./ask.js";
import { Diagram } from "./diagram.js";
import { capital, el, find, still, worded } from "./dom.js";
import { chips } from "./secrets.js";

const { name, classroom, predicate } = find("lab").dataset;
const diagram = new Diagram({ classroom, name });
const heading = find("verdict").parentElement;
const LOOKS = /^\/static\//;
const FILE = /\.(css|js|svg|png|ico)$/;

const MOST = 200; // messages of a proof that the diagram marks

export const HEADINGS = {
  succeeded: "It worked",
  refused: "Refused",
  "did not run": "It did not run",
  unearned: "It proves nothing",
};
const PROVED = {
  loot: "The bank has answered the attacker, who showed it a token for Alice’s account.",
  moved: "Alice’s money has gone to Mallory, and Alice had not ordered it.",
  linked: "An app has used one person’s token in the other one’s session.",
  saw: "An answer with Alice’s accounts or balance in it has reached the attacker.",
  breach: "A password has come to somebody who must never have it.",
  entered: "The attacker holds a session or a token that is not its own.",
  reached: "A request has come that no honest party would send, and it was answered.",
};
const BECAUSE = {
  "did not run": "Neither the proof nor the refusal is on the wire: a step is missing.",
  unearned: "The attacker spent a secret that no message had brought it.",
};

/** Make place for a run that begins, and watch it. @returns {Promise<boolean>} whether there is something to see */
export function watch() {
  say("", "The attack runs", "Each message appears here as the servers receive it.");
  find("result").scrollIntoView({ behavior: still() ? "instant" : "smooth" });
  return diagram.open({});
}

/** Show a verdict with its messages. @param {any} answer @returns {Promise<any>} what came of it, by its messages */
export async function show(answer) {
  const { after, until, evidence, verdict } = answer;
  const decided = evidence.at(-1) ?? "";
  const { messages, summary } = await ask("GET", `/messages?${new URLSearchParams({ after, until, decided })}`);
  say(verdict, HEADINGS[verdict], ...because(answer, summary));
  find("facts").replaceChildren(...facts(answer, summary));
  find("wire").replaceChildren(...list(messages, evidence));
  find("as-list").hidden = false;
  find("on-the-wire").href = wireAt(decided);
  turnTo();
  const isThere = await diagram.open({ after, until, proof: evidence.slice(-MOST).join(","), verdict });
  if (!isThere) instead();
  return summary;
}

/** Where a message is looked at closely. @param {string} message */
const wireAt = (message) => `${classroom}/wire?${new URLSearchParams({ world: name, ...(message && { message }) })}`;

/** Bring the verdict before whoever reads, wherever on the page they are. */
function turnTo() {
  heading.focus({ preventScroll: true });
  const { top, bottom } = heading.getBoundingClientRect();
  if (top < 0 || bottom > innerHeight / 2) find("result").scrollIntoView({ behavior: still() ? "instant" : "smooth" });
}

/** Where the classroom shows no diagram, or is slow to, the list has to do. */
function instead() {
  diagram.retire();
  find("no-diagram").hidden = false;
  find("as-list").open = true;
}

/** @param {string} verdict @param {string} words @param {...(Node | string)} because */
export function say(verdict, words, ...because) {
  find("result").hidden = false;
  find("result").dataset.verdict = verdict;
  find("verdict").textContent = words;
  find("because").replaceChildren(...because);
  find("facts").replaceChildren();
  find("as-list").hidden = true;
  find("no-diagram").hidden = true;
}

/** Say why nothing could be done. @param {string} because */
export function couldNot(because) {
  diagram.clear();
  say("did not run", "It could not be run", because);
  turnTo();
}

export function hide() {
  diagram.clear();
  find("result").hidden = true;
}

/** @param {any} answer of the classroom @param {any} summary */
function because({ verdict, refused_with: by }, { decided }) {
  if (verdict === "succeeded") return [`${PROVED[predicate]} Read from the wire, not from the lab.`];
  if (!by || !decided) return [BECAUSE[verdict]];
  const status = el("code", {}, `${by.status} ${by.error || decided.reason}`.trim());
  const request = el("code", {}, `${by.method} ${by.path}`);
  return [`${decided.from.title} answered `, request, " with ", status, ". ", ...worded(decided.says ?? "")];
}

/** @param {any} answer of the classroom @param {any} summary */
function* facts({ stuck }, { holds, decided }) {
  if (!holds.length) yield fact("Attacker holds", "nothing worth stealing");
  for (const { holder, secrets } of holds) yield fact(`${holder} holds`, chips(secrets, ""));
  if (decided) {
    const words = decided.told && el("span", {}, capital(decided.told));
    yield fact(
      `${decided.from.title} to ${decided.to.title}, message ${decided.n}`,
      el("code", {}, line(decided)),
      words,
    );
  }
  if (stuck) yield fact("It stopped, because", `${capital(stuck)}.`);
}

/** @param {string} term @param {...(Node | string)} words */
const fact = (term, ...words) => el("div", {}, el("dt", {}, term), el("dd", {}, ...words.filter(Boolean)));

/** A message in its own words. @param {any} message */
export function line({ kind, method, path, status, reason, what }) {
  if (kind === "note") return what ?? "";
  return kind === "response" ? `${method} ${path} → ${status} ${reason ?? ""}` : `${method} ${path}`;
}

/** The messages in words, numbered as in the diagram; files are left out. @param {any[]} messages @param {string[]} evidence */
function* list(messages, evidence) {
  for (const [index, message] of messages.entries()) {
    const proves = evidence.includes(message.id);
    const path = message.path ?? "";
    if (LOOKS.test(path) || (FILE.test(path) && !proves)) continue;
    const link = el("a", { href: wireAt(message.id) });
    link.textContent = message.step ? `Step ${message.step}` : message.kind === "note" ? "note" : line(message);
    const route =
      message.kind === "note"
        ? [capital(message.what)]
        : [`${message.from.title} to ${message.to.title}. `, ...worded(message.says ?? "")];
    const words = el("span", {}, proves && el("b", {}, "Proof. "), ...route);
    yield el(`li${proves ? ".proof" : ""}`, { value: String(index + 1) }, link, words);
  }
}
