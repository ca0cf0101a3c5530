/** What the page shows; text is set as text, never as markup. */

import { keepFocusOn } from "./focus.js";
import { Trouble } from "./trouble.js";

/** @param {string} id @returns {HTMLElement} */
export const at = (id) => /** @type {HTMLElement} */ (document.getElementById(id));

/** @param {number} cents @param {string} currency */
export function money(cents, currency) {
  return new Intl.NumberFormat("en-IE", { style: "currency", currency }).format(cents / 100).replace("-", "−");
}

/** @param {string} words what has happened, said politely */
export function tell(words) {
  at("news").textContent = words;
}

/** @param {unknown} problem shown in words, the raw error beside it */
export function showTrouble(problem) {
  const known = problem instanceof Trouble;
  at("trouble-words").textContent = known ? problem.message : "Something broke in this page.";
  at("trouble-raw").textContent = known ? problem.raw : String(problem);
  at("trouble-raw").hidden = known && !problem.raw;
  at("trouble").hidden = false;
  tell("");
}

/** Put away what went wrong, and what was refused, before. */
export function clearTrouble() {
  at("trouble").hidden = true;
  at("attempt").hidden = true;
}

/** @param {boolean} connected */
export function showConnected(connected) {
  at("welcome").hidden = connected;
  at("connected").hidden = !connected;
  if (!connected) for (const id of ["sum", "whose", "accounts", "transactions", "token"]) at(id).replaceChildren();
}

/**
 * @param {import("./bank.js").Account[]} accounts
 * @param {string} chosen the id of the one shown
 * @param {(id: string) => void} choose
 */
export function showAccounts(accounts, chosen, choose) {
  const items = accounts.map(({ id, name }) => {
    const button = element("button", name);
    button.setAttribute("aria-pressed", String(id === chosen));
    button.addEventListener("click", () => choose(id));
    const item = document.createElement("li");
    item.append(button);
    return item;
  });
  at("accounts").replaceChildren(...items);
  keepFocusOn(at("accounts").querySelector("[aria-pressed=true]"), "accounts");
}

/** @param {import("./bank.js").Account} account @param {import("./bank.js").Balance} balance */
export function showBalance(account, balance) {
  const time = new Date(balance.as_of).toLocaleTimeString("en-IE", { hour: "2-digit", minute: "2-digit" });
  at("sum").textContent = money(balance.balance, balance.currency);
  at("whose").textContent = `${account.name} of ${account.owner}, as of ${time}`;
}

/** @param {import("./bank.js").Transaction[]} transactions @param {string} currency @param {boolean} more after others */
export function showTransactions(transactions, currency, more) {
  const rows = transactions.map(({ at: moment, description, amount }) => {
    const row = document.createElement("tr");
    const day = new Date(moment).toLocaleDateString("en-IE", { day: "numeric", month: "short" });
    row.append(element("td", day), element("td", description), element("td", money(amount, currency)));
    return row;
  });
  if (more) at("transactions").append(...rows);
  else at("transactions").replaceChildren(...rows);
}

/** @param {string} name @param {string} text */
function element(name, text) {
  const made = document.createElement(name);
  made.textContent = text;
  return made;
}
