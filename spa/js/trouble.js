/** What goes wrong, said twice: once for people, once as it came. */

export class Trouble extends Error {
  /**
   * @param {string} message what happened, for people
   * @param {string} [raw] the error as it came over the wire or from the browser
   */
  constructor(message, raw = "") {
    super(message);
    this.raw = raw;
  }
}

/** The bank refused the request: the answer, as it came (RFC 6750 §3). */
export class Refusal extends Trouble {
  /**
   * @param {string} message
   * @param {string} raw
   * @param {number} status
   */
  constructor(message, raw, status) {
    super(message, raw);
    this.status = status;
  }
}
