/** What is shown while connected: one account at a time, and the attempt to empty it. */

import { keepFocusOn } from "./focus.js";
import { at, money, showAccounts, showBalance, showTransactions, tell } from "./page.js";
import { Trouble } from "./trouble.js";

const ELSEWHERE = ["bob-current", "alice-current"]; // somebody's account, where the owner has no second one

export class View {
  /** @type {import("./bank.js").Account[]} */ accounts = [];
  /** @type {string | null} */ cursor = null;
  chosen = "";
  cents = 0;

  /**
   * @param {import("./bank.js").Bank} bank
   * @param {string} scope what the token allows; its owner may have granted less than was asked (RFC 6749 §3.3)
   * @param {(work: () => Promise<void>) => void} run does the work and shows what goes wrong
   */
  constructor(bank, scope, run) {
    this.bank = bank;
    this.scope = scope;
    this.seesTransactions = scope.split(" ").includes("transactions:read");
    this.run = run;
  }

  /** Ask the bank for everything anew. */
  async refresh() {
    this.accounts = await this.bank.accounts();
    if (!this.accounts.length) throw new Trouble("The bank knows no account of yours.", "accounts: []");
    await this.show(this.accounts.some(({ id }) => id === this.chosen) ? this.chosen : this.accounts[0].id);
  }

  /** @param {string} id */
  async show(id) {
    const none = { transactions: [], next: null };
    const page = this.seesTransactions ? this.bank.transactions(id) : none;
    const [balance, { transactions, next }] = await Promise.all([this.bank.balance(id), page]);
    this.chosen = id;
    this.cents = balance.balance;
    showAccounts(this.accounts, id, (other) => this.run(() => this.show(other)));
    showBalance(this.account, balance);
    showTransactions(transactions, this.account.currency, false);
    at("unseen").hidden = this.seesTransactions;
    this.turnTo(next);
    tell(`The bank answered: ${money(this.cents, balance.currency)}.`);
  }

  /** Show the transactions before these. */
  async more() {
    const page = await this.bank.transactions(this.chosen, this.cursor);
    showTransactions(page.transactions, this.account.currency, true);
    this.turnTo(page.next);
  }

  /** Ask for a transfer of everything; the bank should say no (RFC 6750 §3.1). */
  async empty() {
    if (!this.chosen) await this.refresh();
    const own = this.accounts.map(({ id }) => id);
    const to = [...own, ...ELSEWHERE].find((id) => id !== this.chosen) ?? ELSEWHERE[0];
    const { status, raw, readable } = await this.bank.transfer(this.chosen, to, this.cents);
    at("attempt-words").textContent = verdict(status, this.scope);
    at("attempt-raw").textContent = `POST /transfers  ${this.chosen} → ${to}\n\n${raw}`;
    at("attempt-note").hidden = readable;
    at("attempt").hidden = false;
    keepFocusOn(at("attempt"));
  }

  /** @param {string | null} cursor */
  turnTo(cursor) {
    this.cursor = cursor;
    at("more").hidden = cursor === null;
  }

  get account() {
    return /** @type {import("./bank.js").Account} */ (this.accounts.find(({ id }) => id === this.chosen));
  }
}

/** @param {number} status @param {string} scope what the token allows */
function verdict(status, scope) {
  if (status === 403) {
    return `Refused. Your token is genuine, but it allows “${scope}”, and moving money takes “transfers:write”. You never granted that, so Balance cannot take it.`;
  }
  if (status === 401) return "Refused: the bank no longer accepts this token at all. Connect again and try once more.";
  if (status < 300) return "The bank moved the money. It should not have: this token was not allowed to.";
  return "The bank did not move the money, though for another reason than the scope.";
}
