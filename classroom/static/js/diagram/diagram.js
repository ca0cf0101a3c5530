/** The sequence diagram: bands of rows over one grid, brought up to date with as few changes as will do. */

import { arrange, el } from "../shared/dom.js";
import { bands, tellsLittle } from "./bands.js";
import { foldedRow, frame, tellFold } from "./frames.js";
import { columns, header, lanesOf, lifelines, pane } from "./lanes.js";
import { row, settle } from "./row.js";

const FRONT = "Through the browser: whoever sees the screen, the history or a log can read a URL here";
const NOTHING =
  "None of these messages fits what you are looking for. Choose every party and every kind, or search for less.";
const WORDS = { front: FRONT, back: "Server to server, out of the browser’s sight" };

const FEW = 24; // rows a second

export class Diagram {
  /** @type {Map<string, { message: any, item: HTMLElement }>} */ rows = new Map();
  /** @type {Map<string, any>} */ sections = new Map();
  /** @type {Set<string>} messages whose fold was opened */ unfolded = new Set();
  /** @type {number[]} when the newest rows came */ arrivals = [];
  drawn = "";

  /**
   * @param {HTMLElement} host @param {import("../shared/model.js").Model} model
   * @param {{ quiet?: (all: any[]) => (message: any) => boolean, make?: (message: any) => HTMLElement }} [options]
   *   `quiet` says which messages may fold, wherever they were sent, and `make` makes a row
   */
  constructor(host, model, { quiet, make = (message) => row(message) } = {}) {
    this.host = host;
    this.model = model;
    this.quiet = quiet;
    this.make = make;
    this.lanes = el("div.lanes", { role: "list", "aria-label": "Who takes part, from left to right" });
    this.body = el("div.bands");
    host.append(this.lanes, this.body);
    host.addEventListener("click", (event) => this.click(event));
    for (const change of ["messages", "selected", "chosen", "flows", "lanes"])
      model.addEventListener(change, () => this.soon());
    model.addEventListener("chosen", () => this.forget());
    model.addEventListener("selected", () => requestAnimationFrame(() => this.show(model.selected)));
    model.addEventListener("custody", () => this.clear());
  }

  forget() {
    this.rows.clear();
    this.sections.clear();
    this.unfolded.clear();
    this.body.replaceChildren();
    this.drawn = "";
    this.tall = 0;
    this.isClear = false;
  }

  soon() {
    if (this.isDue) return;
    this.isDue = true;
    queueMicrotask(() => {
      this.isDue = false;
      this.draw();
    });
  }

  draw() {
    const { model } = this;
    this.now = model.following ? 0 : model.index + 1; // what comes after this is faint
    this.stand(lanesOf(model.flow, model.list, model.beside));
    const quiet = this.quiet?.(model.list) ?? tellsLittle;
    const folds = (message, first, last) =>
      quiet(message) && !first && !last && message.id !== model.selected && !this.unfolded.has(message.id);
    const stretches = bands(model.list, model.passes, folds, Boolean(this.quiet));
    const focused = this.body.contains(document.activeElement) && document.activeElement?.parentElement?.dataset.id;
    arrange(
      this.body,
      stretches.map((band, index) => this.band(band, index, stretches)),
    );
    if (!stretches.length && model.list.length) this.body.append(el("p.quiet.none", {}, NOTHING));
    if (focused && !this.body.contains(document.activeElement)) this.focus(focused);
    if (model.following && this.tall < model.list.length) this.toTheEnd(!this.tall);
    this.tall = model.list.length;
  }

  /** Put the parties into their lanes. @param {import("./lanes.js").Lane[]} lanes */
  stand(lanes) {
    this.standing = lanes;
    const drawn = JSON.stringify(lanes);
    if (drawn === this.drawn) return;
    this.drawn = drawn;
    columns(this.host, lanes);
    this.host.classList.toggle("crowded", lanes.filter(({ narrow }) => !narrow).length > 4);
    this.lanes.replaceChildren(...header(lanes));
    this.host.querySelector(":scope > .lifelines")?.remove();
    this.host.prepend(lifelines(lanes));
    this.sections.clear();
  }

  /** @param {import("./bands.js").Band} band @param {number} index @param {any[]} stretches */
  band({ key, channel, lines, messages }, index, stretches) {
    const glass = pane(this.standing, messages);
    const shape = channel === "back" ? `${glass.lo}-${glass.hi}` : "";
    let section = this.sections.get(key);
    if (section?.shape !== shape || section?.channel !== channel) {
      section = { shape, channel, list: el("ol"), ...frame(channel, glass, this.standing) };
      section.element.append(section.list);
      this.sections.set(key, section);
    }
    const before = stretches.slice(0, index).filter((band) => band.channel in WORDS);
    const again = channel === "front" && before.some((band) => band.channel === "front");
    const words = again ? "Back in the open" : (WORDS[channel] ?? "");
    if (section.words.textContent !== words) section.words.textContent = words;
    section.element.classList.toggle("goes-on", before.at(-1)?.channel === channel);
    section.list.style.setProperty("--rows", String(lines.length));
    arrange(
      section.list,
      lines.map((line) => ("row" in line ? this.row(line.row) : this.fold(line.fold))),
    );
    return section.element;
  }

  /** @param {import("./bands.js").Numbered} numbered */
  row({ message, n }) {
    const { model } = this;
    let kept = this.rows.get(message.id);
    if (kept?.message !== message) {
      const hadFocus = kept?.item.contains(document.activeElement);
      kept = { message, item: this.make(message) };
      this.rows.set(message.id, kept);
      if (message.fresh && this.isCalm()) kept.item.classList.add("new");
      message.fresh = false;
      if (hadFocus) requestAnimationFrame(() => kept.item.firstElementChild.focus());
    }
    const selected = message.id === model.selected;
    const later = this.now > 0 && n > this.now;
    const state = `${n} ${selected} ${later} ${this.drawn}`;
    if (kept.state === state) return kept.item;
    kept.state = state;
    settle(kept.item, message, { n, lanes: this.standing, selected, later });
    return kept.item;
  }

  /** Whether so little arrives that a new row may draw itself before people's eyes. */
  isCalm() {
    const now = performance.now();
    this.arrivals = [...this.arrivals.filter((at) => now - at < 1000), now];
    return this.arrivals.length <= FEW;
  }

  /** @param {import("./bands.js").Numbered[]} folded */
  fold(folded) {
    const id = `fold ${folded[0].message.id} ${folded[folded.length - 1].message.id}`;
    const kept = this.rows.get(id) ?? { item: foldedRow() };
    tellFold(kept.item.firstElementChild, folded);
    this.rows.set(id, kept);
    return kept.item;
  }

  /** @param {Event} event */
  click(event) {
    const button = event.target instanceof Element && event.target.closest("button");
    if (!button) return;
    if (button.folded) {
      for (const id of button.folded) this.unfolded.add(id);
      this.draw();
      this.focus(button.folded[0]);
    } else if (button.parentElement?.dataset.id) this.model.select(button.parentElement.dataset.id);
  }

  /** Move the keyboard to a message. @param {string} id */
  focus(id) {
    this.rows.get(id)?.item.firstElementChild?.focus();
  }

  /** Bring a message into view. @param {string} id */
  show(id) {
    this.rows.get(id)?.item.scrollIntoView({ block: "nearest" });
  }

  /** The ledger has taken its room for the first time: what is looked at must not lie under it. */
  clear() {
    if (this.isClear) return;
    this.isClear = true;
    this.show(this.model.selected);
  }

  /** @param {boolean} far rows on the way there get their true height only once seen, so it takes two goes */
  toTheEnd(far = false) {
    const last = this.model.visible.at(-1);
    if (!last) return;
    requestAnimationFrame(() => {
      this.show(last.id);
      if (far) requestAnimationFrame(() => this.show(last.id));
    });
  }
}
