/** A lab's page: the switch, the buttons, and what comes of them. Texts are only ever set as text. */

import { ask } from "./ask.js";
import { find } from "./dom.js";
import { matrix } from "./matrix.js";
import { couldNot, hide, show, watch } from "./result.js";
import { draw, forget, remember } from "./runs.js";

const lab = find("lab");
const chosen = find("choice")?.value;
const PAUSE = 1; // seconds before each step, for whoever watches

async function turn() {
  hide(); // it was about the other position
  stand(await ask("PUT", "/defence", { on: find("defence").checked, choice: find("choice")?.value ?? "" }));
}

/** Show how the switch stands; another tab may have turned it. @param {{on: boolean, choice?: string}} position */
function stand({ on, choice }) {
  lab.dataset.on = String(on);
  find("defence").checked = on;
  if (chosen && choice && choice !== chosen) location.reload(); // the weaker source is another one
}

async function run() {
  const slowly = find("slowly").checked;
  const watching = watch();
  if (slowly) await watching;
  await tell(await ask("POST", "/attack", { pause: slowly ? PAUSE : 0 }));
}

/** @param {any} verdict */
async function tell(verdict) {
  stand(verdict);
  remember(verdict.on, verdict.verdict, await show(verdict));
}

async function reset() {
  const { generation } = await ask("POST", "/reset");
  hide();
  forget(generation);
  find("told").textContent = "This world begins anew: fresh keys, nobody signed in, nothing stolen.";
}

/** Put the newest address of the kind that a step asks for into its field. @param {HTMLButtonElement} button */
async function take(button) {
  const { form } = button;
  const response = await ask("GET", `/addresses?${new URLSearchParams({ at: button.dataset.at })}`).catch(() => null);
  const [newest] = response?.addresses ?? [];
  if (newest) form.elements.given.value = newest;
  const words = newest ? "The newest one that the wire has seen." : "The wire has seen none yet: do the steps before.";
  form.querySelector("[role=status]").textContent = response ? words : "The classroom does not answer.";
}

const controls = ["defence", "choice", "run", "reset", "matrix", "read"].map(find).filter((control) => control !== null);

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
    find("told").textContent = "";
    try {
      await act();
    } catch (problem) {
      find("defence").checked = lab.dataset.on === "true";
      if (chosen) find("choice").value = chosen;
      couldNot(problem.message);
    } finally {
      hold(false);
      control.removeAttribute("aria-busy");
      if (document.activeElement === document.body) control.focus({ preventScroll: true }); // it lost it when held
    }
  });
}

/** Look how the switch stands, when somebody comes back to this page. */
async function catchUp() {
  if (document.visibilityState !== "visible" || find("run").disabled) return;
  const position = await ask("GET", "").catch(() => null);
  if (position && !find("run").disabled) stand(position); // a run may have begun meanwhile: its end says more
}

on("defence", turn);
on("choice", turn);
on("run", run);
on("read", async () => tell(await ask("GET", "/verdict")));
on("matrix", matrix);
on("reset", reset);
for (const button of document.querySelectorAll("[data-at]")) button.addEventListener("click", () => take(button));
document.addEventListener("visibilitychange", catchUp);
addEventListener("pageshow", ({ persisted }) => persisted && catchUp());
draw();
