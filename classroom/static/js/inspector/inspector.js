/** A message opened: what it says, what crossed the wire, what each part means, and what changed hands. */

import { line } from "../diagram/row.js";
import * as api from "../shared/api.js";
import { chip, each } from "../shared/artifacts.js";
import { arrange, el, icon, plain, worded } from "../shared/dom.js";
import { title, who } from "../shared/holders.js";
import * as acts from "./acts.js";
import { change } from "./change.js";
import { tokens } from "./jwt.js";
import { origins } from "./origins.js";
import { details, headers, parameters } from "./parts.js";
import { raw } from "./raw.js";

const SOON = 40; // milliseconds
const CALM = 200; // milliseconds between two messages of those that arrive

export class Inspector {
  drawn = "";

  /** @param {HTMLElement} host @param {import("../shared/model.js").Model} model */
  constructor(host, model) {
    this.host = host;
    this.model = model;
    const scrolled = () => {
      this.isScrolled = true; // to ask for it would lay the whole page out
    };
    host.addEventListener("scroll", scrolled, { passive: true });
    for (const change of ["messages", "selected", "chosen"]) model.addEventListener(change, () => this.soon());
    for (const change of ["messages", "flows"]) model.addEventListener(change, () => this.trace());
  }

  soon() {
    const { following } = this.model;
    if (this.timer && following) return; // while messages arrive, a few of them are enough
    clearTimeout(this.timer);
    const open = () => {
      this.timer = undefined;
      this.open();
    };
    this.timer = setTimeout(open, following ? CALM : SOON);
  }

  async open() {
    const id = this.model.selected;
    if (id === this.drawn) return;
    this.drawn = id;
    if (!id) return this.host.replaceChildren();
    const summary = this.model.message;
    const message = { ...summary, ...(await api.message(id).catch(() => null)) };
    if (this.drawn !== id) return;
    const article = this.article(message);
    arrange(this.host, [article]);
    if (this.isScrolled) this.host.scrollTop = 0;
    this.isScrolled = false;
    this.trace();
    this.model.meet(message.flow); // whose news is then heard above
    change(article.querySelector(".change"), this.model, message);
  }

  /** Tell where the secrets come from, again where the flow has gone on since. */
  trace() {
    const { message, flows, list } = this.model;
    const host = this.host.querySelector(".traces");
    if (!host || !message || this.drawn !== message.id) return;
    const rows = origins(message, flows.get(message.flow), list);
    const now = rows.map(({ textContent }) => textContent).join();
    if (host.dataset.drawn === now) return;
    host.dataset.drawn = now;
    host.replaceChildren(...rows);
  }

  /** @param {Record<string, any>} message */
  article(message) {
    const [first, rest] = line(message);
    const carried = each(message.artifacts ?? []);
    const other = this.model.list.find(
      (half) => half.exchange === message.exchange && half.id !== message.id && half.kind !== message.kind,
    );
    return el(
      "article",
      { "aria-labelledby": "opened" },
      path(message, other, this.model.flow),
      el(
        "h2",
        { id: "opened" },
        message.kind === "response" ? `${first} ${message.reason ?? ""}` : first,
        message.kind === "note" && ` ${plain(rest)}`,
        message.kind === "held" && ` ${rest}`,
      ),
      message.says && el("p.gist", {}, ...worded(message.says)),
      ...(message.breaches ?? []).map(breach),
      acts.bar(message, other, this.model),
      carried.length > 0 &&
        el("p.chips", { "aria-label": "Secrets in it" }, ...carried.map((artifact) => chip(artifact, { named: true }))),
      ...wire(message),
      ...parameters(message),
      ...headers(message),
      ...tokens(message),
      el("div.traces"),
      el("div.change"),
    );
  }
}

/** @param {Record<string, any>} message @param {any} other the response, where this is a request @param {any} flow */
function path({ from, to, channel, at, kind }, other, flow) {
  const ends = [from, from?.id !== to?.id && to]
    .filter((holder) => holder?.id)
    .map((holder) => who(holder.id, title(holder.id, holder.title, flow)));
  const time = new Date(at * 1000);
  const clock = `${time.toLocaleTimeString([], { hour12: false })}.${String(time.getMilliseconds()).padStart(3, "0")}`;
  const took =
    kind === "request" && other ? ` · answered in ${Math.max(0, Math.round((other.at - at) * 1000))} ms` : "";
  const how = channel === "back" ? "back channel" : channel === "front" ? "front channel" : "no message";
  const arrow = ends.length > 1 && el("span", { role: "img", "aria-label": "to" }, "→");
  const evidence =
    kind === "request" && from?.how && el("span.quiet.small", {}, "sender known by ", el("code", {}, from.how));
  return el("p.route", {}, ends[0], arrow, ends[1], el("span.quiet", {}, `${how} · ${clock}${took}`), evidence);
}

/** @param {any} breach */
function breach({ why, section }) {
  return el(
    "p.breach",
    {},
    icon("alarm"),
    el("span", {}, el("strong", {}, "Breach. "), ...worded(why), section && el("span.rfc", {}, ` ${section}`)),
  );
}

const AS = {
  request: "as received, but for the case of header names",
  response: "as answered; the server adds headers of its own",
  held: "about to be sent",
};

/** @param {Record<string, any>} message */
function wire(message) {
  if (message.kind === "note" || message.kind === "gap") return details(message);
  return [el("h3", {}, "On the wire", el("span.rfc", {}, AS[message.kind])), raw(message)];
}
