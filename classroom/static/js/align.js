/** Two lists of messages put side by side: what is the same step stands in one line. */

/** @typedef {Record<string, any>} Message */
/** @typedef {{ stage: string, left: Message | null, right: Message | null, differs: string[] }} Pair */

const ROLES = { auth: "auth", bank: "bank", browser: "browser" };

/** @param {any} left a flow with its messages @param {any} right @returns {Pair[]} */
export function align(left, right) {
  const [a, b] = [left, right].map(stepsOf);
  const table = lengths(a, b);
  /** @type {Pair[]} */ const pairs = [];
  let [i, j] = [0, 0];
  while (i < a.length || j < b.length) {
    if (i < a.length && j < b.length && a[i].step === b[j].step) pairs.push(pair(a[i++], b[j++]));
    else if (j >= b.length || (i < a.length && table[i + 1][j] >= table[i][j + 1])) pairs.push(pair(a[i++], null));
    else pairs.push(pair(null, b[j++]));
  }
  return pairs;
}

/** What a step is, whoever the client: its name, where it is taken, and the path at the bank. @param {any} flow */
function stepsOf(flow) {
  const stages = new Map(
    (flow.stages ?? []).flatMap(({ name, messages }) => messages.map((/** @type {string} */ id) => [id, name])),
  );
  return flow.messages.map((/** @type {Message} */ message) => {
    const place = ROLES[message.party] ?? "client";
    const path = place === "bank" ? shape(message.path) : "";
    return { message, stage: stages.get(message.id) ?? "other", step: `${message.step} ${place} ${path}` };
  });
}

/** A path without the ids in it. @param {string | null} path */
const shape = (path) => (path ?? "").replace(/\/[^/]*[-0-9][^/]*/g, "/…");

/** Lengths of the longest common subsequences of what is left. @param {any[]} a @param {any[]} b */
function lengths(a, b) {
  const table = Array.from({ length: a.length + 1 }, () => new Uint16Array(b.length + 1));
  for (let i = a.length - 1; i >= 0; i -= 1)
    for (let j = b.length - 1; j >= 0; j -= 1)
      table[i][j] = a[i].step === b[j].step ? table[i + 1][j + 1] + 1 : Math.max(table[i + 1][j], table[i][j + 1]);
  return table;
}

/** @param {any} left @param {any} right @returns {Pair} */
function pair(left, right) {
  const stage = (left ?? right).stage;
  const [a, b] = [left?.message ?? null, right?.message ?? null];
  return { stage, left: a, right: b, differs: a && b ? differences(a, b) : [] };
}

/** @param {Message} a @param {Message} b */
function differences(a, b) {
  const found = [];
  if (ends(a) !== ends(b)) found.push("party");
  if (a.channel !== b.channel) found.push("channel");
  if (kinds(a) !== kinds(b)) found.push("secrets");
  if (Boolean(a.breaches?.length) !== Boolean(b.breaches?.length)) found.push("breach");
  return found;
}

/** Who speaks to whom, one client like another. @param {Message} message */
const ends = ({ from, to }) => [from, to].map((holder) => ROLES[holder?.id] ?? "client").join(" to ");

/** The kinds of secrets that a row shows. @param {Message} message */
const kinds = ({ artifacts = [] }) =>
  [...new Set(artifacts.map((/** @type {any} */ { kind }) => kind))]
    .filter((kind) => kind !== "transaction")
    .sort()
    .join();
