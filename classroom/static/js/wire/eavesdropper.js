/** What somebody who only listens would know by now: on the front channel, on the back channel, on both. */

import * as api from "../shared/api.js";
import { chip, each } from "../shared/artifacts.js";
import { at, el } from "../shared/dom.js";

const EARS = { front: "On the front channel", back: "On the back channel", both: "On both" };
const READS = {
  front: "It reads URLs: the history, a log, a screen.",
  back: "It reads all that servers say to each other.",
  both: "It reads the URLs and the back channel.",
};

/** @param {import("../shared/model.js").Model} model */
export function eavesdropper(model) {
  const host = at("eavesdropper");
  let timer;
  let requests = 0;
  const draw = async () => {
    host.parentElement.hidden = !model.flow;
    if (!model.flow) return;
    const now = ++requests;
    const learned = await api.learned(model.flow.id, model.selected).catch(() => null);
    if (!learned || now !== requests) return;
    host.replaceChildren(
      ...Object.entries(EARS).map(([ear, words]) =>
        column(words, READS[ear], learned[ear] ?? [], learned.means?.[ear]),
      ),
    );
  };
  const soon = () => {
    clearTimeout(timer);
    timer = setTimeout(draw, 200);
  };
  for (const change of ["messages", "selected", "chosen"]) model.addEventListener(change, soon);
}

/** @param {string} words @param {string} reads @param {any[]} artifacts @param {string | undefined} means */
function column(words, reads, artifacts, means) {
  const known = each(artifacts).map((artifact) => el("li", {}, chip(artifact, { named: true })));
  return el(
    "section.ear",
    {},
    el("div", {}, el("h3", {}, words), el("p.quiet.small", {}, reads)),
    known.length ? el("ul.chips", {}, ...known) : el("p.quiet.small", {}, "nothing yet"),
    means && el("p.small", {}, means),
  );
}
