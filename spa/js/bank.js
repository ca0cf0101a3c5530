/** What Balance asks the bank, the token in the header and nowhere else (RFC 6750 §2.1). */

import { asItCame, read, send, textOf } from "./http.js";

/** @typedef {{id: string, name: string, owner: string, currency: string}} Account */
/** @typedef {{account: string, balance: number, currency: string, as_of: string}} Balance amounts in cents */
/** @typedef {{id: string, at: string, description: string, category: string, amount: number}} Transaction */

export class Bank {
  /**
   * @param {string} origin
   * @param {string} token
   */
  constructor(origin, token) {
    this.origin = origin;
    this.authorization = { Authorization: `Bearer ${token}` };
  }

  /** @returns {Promise<Account[]>} */
  async accounts() {
    return (await this.ask("/accounts")).accounts;
  }

  /**
   * @param {string} id
   * @returns {Promise<Balance>}
   */
  balance(id) {
    return this.ask(`/accounts/${encodeURIComponent(id)}/balance`);
  }

  /**
   * @param {string} id
   * @param {string | null} [cursor] where the page before ended
   * @returns {Promise<{transactions: Transaction[], next: string | null}>}
   */
  transactions(id, cursor = null) {
    const query = new URLSearchParams({ limit: "8", ...(cursor && { cursor }) });
    return this.ask(`/accounts/${encodeURIComponent(id)}/transactions?${query}`);
  }

  /**
   * Really try to move money, which this token does not allow; return the bank's answer as it came (RFC 6750 §3.1).
   * @param {string} from
   * @param {string} to
   * @param {number} amount in cents
   * @returns {Promise<{status: number, raw: string, readable: boolean}>}
   */
  async transfer(from, to, amount) {
    const body = JSON.stringify({ from_account: from, to_account: to, amount, reference: "Balance tries its luck" });
    const headers = {
      ...this.authorization,
      "Content-Type": "application/json",
      "Idempotency-Key": crypto.randomUUID(),
    };
    const answer = await send("The bank", `${this.origin}/transfers`, { method: "POST", headers, body });
    const readable = answer.headers.has("WWW-Authenticate");
    return { status: answer.status, raw: asItCame(answer, await textOf("The bank", answer, "Try again.")), readable };
  }

  /** @param {string} path */
  async ask(path) {
    return read("The bank", await send("The bank", this.origin + path, { headers: this.authorization }));
  }
}
