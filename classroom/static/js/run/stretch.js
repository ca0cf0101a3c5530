/** What crossed the wire of a lab's world between two moments: one run of its attack. */

import * as api from "../shared/api.js";
import { ALL, Model } from "../shared/model.js";
import { compareIds } from "../shared/order.js";

export class Stretch extends Model {
  chosen = ALL;
  following = false;

  /** @param {{ world: string, after: string, until: string, person: string }} asked without `until` it goes on */
  constructor({ world, after, until, person }) {
    super(world);
    this.after = after;
    this.until = until;
    this.person = person;
  }

  /** Ask for all of it that has been. */
  async load() {
    for (let [after, more] = [this.after, true]; more; ) {
      const page = await api.behind(this.world, after);
      for (const message of page.messages) this.messages.set(message.id, message);
      after = page.next;
      more = page.more && !this.isOver(after);
    }
    this.rebuild();
  }

  /** While it goes on, a run begins where the lab says that the defence is on or off. @param {any} message */
  hear(message) {
    const begins = message.kind === "note" && message.world === this.world && message.details?.defence;
    if (begins && !this.until) {
      this.after = message.id;
      this.rebuild();
    }
    super.hear(message);
  }

  /** @param {string} id */
  isOver(id) {
    return Boolean(this.until) && compareIds(id, this.until) >= 0;
  }

  /** Both ends are notes of the lab's own, and no part of it. @param {{ id: string }} message */
  belongs({ id }) {
    return compareIds(id, this.after) > 0 && !this.isOver(id);
  }

  /** It may take several flows to an attack, so its lanes are those who speak in it. */
  get flow() {
    return { lanes: [], person: this.person };
  }
}
