/** What the page knows of the wire: flows and messages, which of them are visible, and which one is looked at. */

import { Announcer } from "./announcer.js";
import * as api from "./api.js";
import { earlier, place } from "./order.js";

/** @typedef {Record<string, any>} Message */
/** @typedef {Record<string, any>} Flow */

export const ALL = "all";
const OFTEN = 200; // milliseconds between two looks at the list of flows while messages arrive

/** Fires `flows`, `messages` (what is visible has changed), `chosen` (another flow), `selected`, `lanes` and `custody`. */
export class Model extends Announcer {
  /** @type {Map<string, Flow>} */ flows = new Map();
  /** @type {Map<string, Message>} */ messages = new Map();
  /** @type {Message[]} of the chosen flow, in order */ list = [];
  chosen = "";
  selected = "";
  following = true;
  /** @type {boolean} whether there are flows before the earliest one of a page */ more = false;
  earliest = "";
  /** @type {string[]} who holds something, or must not, without having sent or received anything */ beside = [];
  /** @type {(message: Message) => boolean} */ passes = () => true;

  /** @param {string} [world] of a lab; the secure parties' own has no name */
  constructor(world = "") {
    super();
    this.world = world;
  }

  /** Take the classroom's word for everything, at the start and after a break. */
  async load() {
    const [page] = await Promise.all([api.flows(this.world), this.chosen && this.fetchChosen()]);
    const known = new Set(page.flows.map(({ id }) => id));
    const since = page.more ? page.flows.at(-1).began_at : 0; // of what began before, this page says nothing
    for (const { id, began_at } of [...this.flows.values()])
      if (!known.has(id) && !(began_at < since)) this.flows.delete(id);
    this.turnTo(page);
  }

  /** Ask for the flows that began before those that are known. */
  async loadEarlier() {
    this.turnTo(await api.flows(this.world, this.earliest));
  }

  /** @param {{ flows: Flow[], next: string, more: boolean }} page */
  turnTo({ flows, next, more }) {
    for (const flow of flows) this.flows.set(flow.id, { ...this.flows.get(flow.id), ...flow });
    this.earliest = next;
    this.more = more;
    this.fire("flows");
  }

  /** Show one flow, or all messages. @param {string} id @param {string} [message] to look at */
  async choose(id, message = "") {
    this.look(id, message);
    if (this.lacksSome) await this.fetchChosen();
  }

  /** Turn to one flow, or to all messages, as far as they are known here. @param {string} id @param {string} [message] */
  look(id, message = "") {
    this.chosen = id;
    this.beside = [];
    this.following = !message;
    this.selected = message;
    this.rebuild();
    this.fire("chosen");
  }

  async fetchChosen() {
    const id = this.chosen;
    const loaded = id === ALL ? await api.newest(this.world) : await api.brief(id);
    for (const message of loaded.messages) this.messages.set(message.id, message);
    if (loaded.id)
      this.flows.set(loaded.id, {
        ...this.flows.get(loaded.id),
        ...loaded,
        messages: loaded.messages.map((m) => m.id),
      });
    if (id !== this.chosen) return;
    this.rebuild();
    this.seatBeside(loaded.custody?.rows ?? []);
  }

  /** Ask for a flow that began before those that are listed. @param {string | null} id of a message's flow */
  async meet(id) {
    if (!id || this.flows.has(id)) return;
    const flow = await api.brief(id).catch(() => null);
    if (!flow) return;
    this.flows.set(id, { ...flow, messages: flow.messages.map((/** @type {Message} */ { id }) => id) });
    this.fire("flows");
  }

  /** A message that has just arrived, or one that is told again. @param {Message} message */
  hear(message) {
    if (message.world !== this.world) return;
    const known = this.messages.get(message.id);
    this.messages.set(message.id, { ...known, ...message, fresh: !known });
    if (!this.belongs(message)) return;
    const kept = /** @type {Message} */ (this.messages.get(message.id));
    if (known && this.list.includes(known)) this.list[this.list.indexOf(known)] = kept;
    else place(this.list, kept);
    this.changed();
  }

  /** A flow that has grown, or into which others have grown; a guest may have left it. @param {Flow} flow */
  hearFlow(flow) {
    if (flow.gone) return this.moveOn(flow);
    if (flow.world !== this.world) return;
    const [before, now] = [this.flows.get(flow.id)?.messages ?? [], new Set(flow.messages)];
    this.flows.set(flow.id, { ...this.flows.get(flow.id), ...flow });
    let moved = false;
    for (const id of new Set([...before, ...now])) {
      const message = this.messages.get(id);
      if (!message || now.has(id) === (message.flow === flow.id)) continue;
      if (now.has(id) && message.flow && now.has(firstOf(message.flow))) this.join(message.flow, flow.id);
      message.flow = now.has(id) ? flow.id : null;
      moved = true;
    }
    if (moved) this.rebuild();
    this.fireWithin("flows", OFTEN);
    if (flow.id === this.chosen) this.fetchMissing();
  }

  /** One flow was found to be a part of another. @param {string} id @param {string} into */
  join(id, into) {
    this.flows.delete(id);
    if (this.chosen === id) this.chosen = into;
  }

  /** A flow has become part of another one; whoever looked at it goes along. @param {Flow} flow */
  moveOn({ id, into }) {
    this.flows.delete(id);
    if (into) for (const message of this.messages.values()) if (message.flow === id) message.flow = into;
    if (into && this.chosen === id) {
      this.chosen = into;
      this.rebuild();
      this.fetchMissing();
    }
    this.fireWithin("flows", OFTEN);
  }

  /** Ask for what joined the chosen flow without our having heard of it: it was said before this page was opened. */
  fetchMissing() {
    clearTimeout(this.missing);
    this.missing = setTimeout(() => {
      if (this.lacksSome) this.fetchChosen().catch(() => {});
    }, 500);
  }

  /** Give all who are in the ledger a seat; it stays, so that the lanes stand still. @param {any[]} rows of custody */
  seatBeside(rows) {
    const seats = new Set([...this.beside, ...rows.flatMap(({ holders }) => Object.keys(holders))]);
    if (seats.size === this.beside.length) return;
    this.beside = [...seats].sort().reverse();
    this.fire("lanes");
  }

  rebuild() {
    this.list = [...this.messages.values()].filter((message) => this.belongs(message)).sort(earlier);
    this.changed();
  }

  changed() {
    if (this.following) this.selected = this.list.at(-1)?.id ?? "";
    this.fireSoon("messages");
  }

  /** @param {string} id @param {boolean} [follow] stay with the newest from here on */
  select(id, follow = false) {
    if (id === this.selected && follow === this.following) return;
    this.selected = id;
    this.following = follow;
    this.fire("selected");
  }

  /** Begin anew, with nothing seen. */
  forget() {
    this.flows.clear();
    this.messages.clear();
    this.chosen = "";
    this.rebuild();
    this.fire("flows");
    this.fire("chosen");
  }

  /** Look at the message so many further on. @param {number} by */
  step(by) {
    const to = this.away(by);
    if (to) this.select(to.id);
  }

  /** The message so many further on among those that are visible, as far as there are any. @param {number} by */
  away(by) {
    const open = this.list.filter((message) => message.id === this.selected || this.passes(message));
    const here = open.findIndex(({ id }) => id === this.selected);
    return open[Math.min(Math.max(here + by, 0), open.length - 1)];
  }

  follow() {
    this.select(this.list.at(-1)?.id ?? "", true);
  }

  /** Whether the chosen flow has messages that were not heard here. */
  get lacksSome() {
    const ids = this.flow?.messages;
    return !ids || ids.some((/** @type {string} */ id) => !this.messages.has(id));
  }
  get index() {
    return this.list.findIndex(({ id }) => id === this.selected);
  }
  get message() {
    return this.messages.get(this.selected);
  }
  get flow() {
    return this.flows.get(this.chosen);
  }
  get visible() {
    return this.list.filter(this.passes);
  }

  /** @param {Message} message */
  belongs(message) {
    return this.chosen === ALL || message.flow === this.chosen;
  }
}

/** The message that a flow is named for: a flow that lists it has taken that flow in. @param {string} flow */
const firstOf = (flow) => flow.slice(1);
