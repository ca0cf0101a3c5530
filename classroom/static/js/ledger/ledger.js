/** The ledger: who holds what after the message that is looked at, under the lanes of those who hold it. */

import { columns, lanesOf } from "../diagram/lanes.js";
import * as api from "../shared/api.js";
import { chip, colour, ORDER } from "../shared/artifacts.js";
import { at, el, icon, plain, unseen } from "../shared/dom.js";
import { HOW, places } from "../shared/holding.js";

const PATIENCE = 120; // milliseconds between two requests while messages arrive

export class Ledger {
  atTheEnd = false;
  requests = 0;

  /** @param {HTMLElement} host @param {import("../shared/model.js").Model} model */
  constructor(host, model) {
    this.host = host;
    this.model = model;
    this.table = at("custody");
    [this.then, this.end] = [at("after-this"), at("after-all")];
    this.then.addEventListener("click", () => this.when(false));
    this.end.addEventListener("click", () => this.when(true));
    for (const change of ["messages", "selected", "chosen"]) model.addEventListener(change, () => this.soon());
  }

  /** @param {boolean} atTheEnd */
  when(atTheEnd) {
    this.atTheEnd = atTheEnd;
    this.soon();
  }

  soon() {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.draw(), PATIENCE);
  }

  async draw() {
    const { model, atTheEnd } = this;
    this.host.hidden = !model.flow;
    if (!model.flow) return;
    this.then.textContent = `after ${model.index + 1}`;
    this.then.setAttribute("aria-pressed", String(!atTheEnd));
    this.end.setAttribute("aria-pressed", String(atTheEnd));
    const requests = ++this.requests;
    const custody = await api.custody(model.flow.id, atTheEnd ? "" : model.selected).catch(() => null);
    if (custody && requests === this.requests) this.show(custody);
  }

  /** @param {{ rows: any[], breaches: any[] }} custody */
  show({ rows, breaches = [] }) {
    const { model } = this;
    model.seatBeside(rows);
    const titles = lanesOf(model.flow, model.list, model.beside);
    columns(this.host, titles);
    const numbers = new Map(model.list.map(({ id }, index) => [id, index + 1]));
    this.table.replaceChildren(
      el(
        "div.tr.titles",
        { role: "row" },
        el("span", { role: "columnheader" }, unseen("secret")),
        ...titles.map((holder) => el("span", { role: "columnheader" }, holder.title)),
      ),
      ...[...rows].sort(byKind).map((row) => this.row(row, titles, breaches, numbers)),
    );
    if (!rows.length) this.table.append(el("p.quiet.small", {}, "No secret has been on the wire yet."));
    model.fire("custody");
  }

  /** @param {any} row @param {any[]} titles @param {any[]} breaches @param {Map<string, number>} numbers */
  row({ artifact, holders }, titles, breaches, numbers) {
    const journey = el(
      "button.journey",
      {
        type: "button",
        "aria-pressed": "false",
        "data-journey": `${artifact.kind}:${artifact.fingerprint}`,
      },
      chip(artifact, { named: true, bare: true }),
      unseen(": show its journey"),
    );
    const cells = titles.map(({ id }) => {
      const breach = breaches.find(
        (breach) => breach.holder === id && (breach.artifact?.fingerprint ?? breach.artifact) === artifact.fingerprint,
      );
      return cell(holders[id], breach, numbers);
    });
    return el(
      `div.tr.${colour(artifact.kind)}`,
      { role: "row" },
      el("span.th", { role: "rowheader" }, journey),
      ...cells,
    );
  }
}

/** What proves and what gets a token comes first; cookies, which belong to no flow, last. @param {any} a @param {any} b */
const byKind = (a, b) => ORDER.indexOf(a.artifact.kind) - ORDER.indexOf(b.artifact.kind);

/** @param {any} held @param {any} breach @param {Map<string, number>} numbers */
function cell(held, breach, numbers) {
  if (breach) {
    const when = numbers.get(breach.message);
    return el(
      "span.cell.alarm",
      { role: "cell", title: plain(breach.why ?? "") },
      icon("alarm"),
      when ? `breach at ${when}` : "breach",
    );
  }
  if (!held) return el("span.cell", { role: "cell" }, unseen("nothing"));
  if (held.how === "never") {
    const title = `${plain(held.why)} (${held.section})`;
    return el("span.cell.never", { role: "cell", title }, unseen(HOW.never));
  }
  const ring = held.how === "passed" ? ".ring" : "";
  const where = places(held);
  const note = [held.how === "hashed" || held.how === "spent" ? held.how : "", where].filter(Boolean).join(" · ");
  const shape = held.how === "passed" ? "saw" : "holds";
  return el(`span.cell.${shape}`, { role: "cell" }, el(`i.dot${ring}`), unseen(`${HOW[held.how] ?? held.how} `), note);
}
