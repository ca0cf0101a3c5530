/** A lab's page: the switch, the button, and the verdict as the wire shows it. Texts are only ever set as text. */

const lab = document.querySelector("#lab");
const { name, classroom } = lab.dataset;
const find = (/** @type {string} */ id) => document.querySelector(`#${id}`);

const HEADINGS = {
  succeeded: "It worked",
  refused: "Refused",
  "did not run": "It did not run",
  unearned: "It proves nothing",
};
const BECAUSE = {
  succeeded: "Read from the wire, not from the lab: these messages prove it.",
  "did not run": "Neither the proof nor the refusal is on the wire: a step is missing.",
  unearned: "The attacker spent a secret that no message had brought it.",
};

/** @param {string} method @param {string} path @param {object} [body] */
async function ask(method, path, body) {
  const headers = body ? { "Content-Type": "application/json" } : {};
  const sent = { method, headers, body: body && JSON.stringify(body) };
  const answer = await fetch(`/api/labs/${name}${path}`, sent).catch(() => {
    throw new Error("The labs do not answer. Are they running?");
  });
  const told = await answer.json().catch(() => ({}));
  if (!answer.ok) throw new Error(told.error ?? `The labs answered ${answer.status} ${answer.statusText}.`);
  return told;
}

const chosen = find("choice")?.value;

async function turn() {
  find("result").hidden = true; // it was about the other position
  stand(await ask("PUT", "/defence", { on: find("defence").checked, choice: find("choice")?.value ?? "" }));
}

/** Show how the switch stands; another tab may have turned it. @param {{on: boolean, choice?: string}} told */
function stand({ on, choice }) {
  lab.dataset.on = String(on);
  find("defence").checked = on;
  if (chosen && choice && choice !== chosen) location.reload(); // the weaker source is another one
}

/** @param {any} told */
async function show(told) {
  stand(told);
  find("result").hidden = false;
  find("result").dataset.verdict = told.verdict;
  find("verdict").textContent = HEADINGS[told.verdict];
  find("because").textContent = told.refused_with ? refusal(told.refused_with) : BECAUSE[told.verdict];
  const last = told.evidence.at(-1);
  find("on-the-wire").href = `${classroom}/wire?world=${name}${last ? `&message=${last}` : ""}`;
  const { messages } = await ask("GET", `/messages?${new URLSearchParams({ after: told.after, until: told.until })}`);
  find("wire").replaceChildren(...messages.map((message) => row(message, told.evidence)));
  remember(told, messages);
}

/** What came of it with the defence off, and on. @type {Record<string, Record<string, string>>} */
const runs = { false: {}, true: {} };

/** Put this run beside the other one. @param {any} told @param {any[]} messages */
function remember(told, messages) {
  const decided = messages.find(({ id }) => id === told.evidence.at(-1));
  runs[lab.dataset.on] = {
    Outcome: HEADINGS[told.verdict],
    "The message that decides": decided
      ? `${decided.method ?? ""} ${decided.path ?? decided.what ?? ""} → ${decided.status ?? ""}`
      : "none",
    "Messages on the wire": String(messages.filter(({ kind }) => kind !== "note").length),
  };
  find("both-runs").hidden = false;
  find("runs").replaceChildren(
    ...["Outcome", "The message that decides", "Messages on the wire"].map((what) => {
      const line = document.createElement("tr");
      const head = document.createElement("th");
      head.scope = "row";
      head.textContent = what;
      line.append(head);
      for (const position of ["false", "true"]) line.insertCell().textContent = runs[position][what] ?? "not run yet";
      return line;
    }),
  );
}

/** @param {any} by */
function refusal(by) {
  return `${by.party} answered ${by.method} ${by.path} with ${by.status} ${by.error}`.trim();
}

/** @param {any} message @param {string[]} evidence */
function row(message, evidence) {
  const item = document.createElement("li");
  const link = document.createElement("a");
  const words = document.createElement("span");
  link.href = `${classroom}/wire?world=${name}&message=${message.id}`;
  const what =
    message.kind === "response" ? `${message.status} ${message.reason ?? ""}` : `${message.method} ${message.path}`;
  link.textContent = message.kind === "note" ? "note" : what;
  words.textContent = message.kind === "note" ? message.what : `${message.from} → ${message.to}`;
  item.append(link, words);
  item.classList.toggle("proof", evidence.includes(message.id));
  return item;
}

const controls = ["defence", "choice", "run", "reset", "matrix", "read"].map(find).filter((one) => one !== null);

/** One thing at a time: what is under way belongs to the switch as it stands. @param {boolean} held */
function hold(held) {
  for (const control of controls) control.disabled = held;
}

/** @param {string} id @param {() => Promise<void>} act */
function on(id, act) {
  const control = find(id);
  control?.addEventListener(control.matches("button") ? "click" : "change", async () => {
    hold(true);
    control.setAttribute("aria-busy", "true");
    try {
      await act();
    } catch (problem) {
      couldNot(problem.message);
    } finally {
      hold(false);
      control.removeAttribute("aria-busy");
      if (document.activeElement === document.body) control.focus({ preventScroll: true }); // it lost it when held
    }
  });
}

/** @param {string} because */
function couldNot(because) {
  find("defence").checked = lab.dataset.on === "true";
  if (chosen) find("choice").value = chosen;
  find("result").hidden = false;
  find("result").dataset.verdict = "did not run";
  find("verdict").textContent = "It could not be run";
  find("because").textContent = because;
  find("wire").replaceChildren();
}

/** Look how the switch stands, when somebody comes back to this page. */
async function catchUp() {
  if (document.visibilityState !== "visible" || find("run").disabled) return;
  const told = await ask("GET", "").catch(() => null);
  if (told && !find("run").disabled) stand(told);
}

const RULES = ["exact", "prefix", "host only", "substring"];

/** Run all cells; a line is an attack on an app, and has a cell for each rule. */
async function matrix() {
  const { cells } = await ask("POST", "/matrix");
  const lines = new Map();
  for (const cell of cells) {
    const key = `${cell.row}\n${cell.client}`;
    lines.set(key, { ...lines.get(key), [cell.choice]: cell });
  }
  find("cells-table").hidden = false;
  find("cells-table").tBodies[0].replaceChildren(...[...lines].map(([key, found]) => line(key.split("\n"), found)));
}

/** @param {string[]} about the attack, and the app @param {Record<string, any>} found by rule */
function line(about, found) {
  const made = document.createElement("tr");
  for (const text of about) made.insertCell().textContent = text;
  for (const rule of RULES) {
    const { succeeded, verdict, refused_with: by } = found[rule] ?? { verdict: "–" };
    const cell = made.insertCell();
    cell.textContent = by ? `${by.status} ${by.error}` : verdict;
    cell.classList.toggle("proof", succeeded === true);
  }
  return made;
}

on("defence", turn);
on("choice", turn);
on("run", async () => show(await ask("POST", "/attack")));
on("read", async () => show(await ask("GET", "/verdict")));
on("matrix", matrix);
on("reset", async () => {
  await ask("POST", "/reset");
  find("result").hidden = true;
});
document.addEventListener("visibilitychange", catchUp);
addEventListener("pageshow", ({ persisted }) => persisted && catchUp());
