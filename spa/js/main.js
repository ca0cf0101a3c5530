/** The page's own story: connect, look, ask again, forget. What it holds, it holds in these variables. */

import { View } from "./account.js";
import { Bank } from "./bank.js";
import { configuration, cryptographyIsHere } from "./config.js";
import { hideFacts, showFacts } from "./facts.js";
import { keepFocusOn, showBusy } from "./focus.js";
import { begin, finish, newRequest } from "./oauth.js";
import { at, clearTrouble, showConnected, showTrouble, tell } from "./page.js";
import { responseInTheAddress } from "./response.js";
import { revoke } from "./revoke.js";
import { Refusal, Trouble } from "./trouble.js";
import { askInAWindow } from "./window.js";

/** @type {import("./oauth.js").Config} */ let config;
/** @type {Readonly<import("./oauth.js").Tokens> | null} */ let tokens = null;
/** @type {View | null} */ let view = null;

/** @param {() => Promise<void>} work done once at a time; what goes wrong is shown */
async function run(work) {
  clearTrouble();
  showBusy(true);
  try {
    await work();
  } catch (problem) {
    showTrouble(tokens && problem instanceof Refusal && problem.status === 401 ? expired(problem) : problem);
  } finally {
    showBusy(false);
  }
}

/** @param {Refusal} refusal of a token that is good for nothing any more (RFC 6750 §3.1) */
function expired(refusal) {
  forget();
  return new Trouble("The bank no longer accepts this token: it expired, or was revoked. Connect again.", refusal.raw);
}

async function connect() {
  cryptographyIsHere();
  tell("Asking Bank ID where to go…");
  config ??= await configuration();
  await begin(config);
  tell("Going to Bank ID…");
}

async function connectInAWindow() {
  cryptographyIsHere();
  tell("Asking Bank ID where to go…");
  const response = await askInAWindow(async () => {
    config ??= await configuration();
    return newRequest(config, { response_mode: "web_message" });
  });
  if (response) await comeBack(response);
  else tell("The window was closed without an answer. Connect when you like.");
}

/** @param {URLSearchParams} response */
async function comeBack(response) {
  tell("Bank ID has answered. Redeeming the code for a token…");
  tokens = await finish(config, response);
  view = new View(new Bank(config.resource, tokens.accessToken), tokens.scope, run);
  showFacts(tokens);
  showConnected(true);
  keepFocusOn(at("connected-title"));
  await view.refresh();
}

async function disconnect() {
  const old = tokens;
  forget();
  keepFocusOn(at("connect"));
  if (!old) return;
  try {
    await revoke(old, config.client_id);
    tell("Forgotten here, and revoked at Bank ID: the token opens nothing any more.");
  } catch (problem) {
    const raw = problem instanceof Trouble ? `${problem.message}\n${problem.raw}` : String(problem);
    throw new Trouble("Forgotten here, but Bank ID did not hear of it: the token stays valid until it expires.", raw);
  }
}

function forget() {
  tokens = view = null;
  hideFacts();
  showConnected(false);
}

async function start() {
  const response = responseInTheAddress();
  cryptographyIsHere();
  const reloaded = performance
    .getEntriesByType("navigation")
    .some((entry) => "type" in entry && entry.type === "reload");
  config = await configuration();
  if (response) await comeBack(response);
  else if (reloaded) tell("The page was reloaded: whatever token this tab held is gone. Connect again.");
}

at("connect").addEventListener("click", () => run(connect));
at("connect-in-a-window").addEventListener("click", () => run(connectInAWindow));
at("again").addEventListener("click", () => run(async () => view?.refresh()));
at("more").addEventListener("click", () => run(async () => view?.more()));
at("empty").addEventListener("click", () => run(async () => view?.empty()));
at("forget").addEventListener("click", () => run(disconnect));
addEventListener("slow", (event) => {
  if (event instanceof CustomEvent) tell(`${event.detail} takes its time to answer…`);
});
addEventListener("pageshow", (event) => {
  if (!event.persisted) return; // back from Bank ID without a response: the page wakes as it was left
  showBusy(false);
  if (!tokens) tell("You came back without an answer. Connect when you like.");
});
run(start);
