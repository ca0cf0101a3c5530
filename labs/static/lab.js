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
  const answer = await fetch(`/api/labs/${name}${path}`, { method, headers, body: body && JSON.stringify(body) });
  const told = await answer.json();
  if (!answer.ok) throw new Error(told.command ? `${told.error}` : (told.error ?? answer.statusText));
  return told;
}

async function turn() {
  const told = await ask("PUT", "/defence", { on: find("defence").checked, choice: find("choice")?.value ?? "" });
  lab.dataset.on = String(told.on);
  if (find("choice")) location.reload(); // the weaker source is another one
}

/** @param {any} told */
async function show(told) {
  find("result").hidden = false;
  find("result").dataset.verdict = told.verdict;
  find("verdict").textContent = HEADINGS[told.verdict];
  find("because").textContent = told.refused_with ? refusal(told.refused_with) : BECAUSE[told.verdict];
  const last = told.evidence.at(-1);
  find("on-the-wire").href = `${classroom}/wire?world=${name}${last ? `&message=${last}` : ""}`;
  const { messages } = await ask("GET", "/messages");
  find("wire").replaceChildren(...messages.map((message) => row(message, told.evidence)));
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
  const what = message.kind === "response" ? `${message.status} ${message.reason ?? ""}` : `${message.method} ${message.path}`;
  link.textContent = message.kind === "note" ? "note" : what;
  words.textContent = message.kind === "note" ? message.what : `${message.from} → ${message.to}`;
  item.append(link, words);
  item.classList.toggle("proof", evidence.includes(message.id));
  return item;
}

/** @param {string} id @param {() => Promise<void>} act */
function on(id, act) {
  const button = find(id);
  button?.addEventListener(button.matches("button") ? "click" : "change", async () => {
    button.disabled = true;
    button.setAttribute("aria-busy", "true");
    try {
      await act();
    } catch (problem) {
      find("result").hidden = false;
      find("result").dataset.verdict = "did not run";
      find("verdict").textContent = "It could not be run";
      find("because").textContent = problem.message;
      find("wire").replaceChildren();
    } finally {
      button.disabled = false;
      button.removeAttribute("aria-busy");
    }
  });
}

async function matrix() {
  const { cells } = await ask("POST", "/matrix");
  find("cells-table").hidden = false;
  find("cells-table").tBodies[0].replaceChildren(
    ...cells.map((cell) => {
      const line = document.createElement("tr");
      const end = cell.refused_with ? `${cell.refused_with.status} ${cell.refused_with.error}` : cell.verdict;
      for (const text of [cell.choice, cell.row, cell.client, end]) {
        line.insertCell().textContent = text;
      }
      line.classList.toggle("proof", cell.succeeded);
      return line;
    }),
  );
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
