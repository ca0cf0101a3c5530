/** How the switch of a lab stood when a flow began, as the notes in its world tell. */

import * as api from "../shared/api.js";

const TURNED = /^the defence is (on|off)$/;
const BEGUN = "the world begins"; // with its defence off

/** @param {string} world @returns {Promise<(flow: any) => string>} says it of a flow; nothing where no note tells */
export async function switchOf(world) {
  if (!world) return () => "";
  const { messages } = await api.newest(world);
  const notes = messages.filter(({ kind, what }) => kind === "note" && (TURNED.test(what) || what === BEGUN));
  return ({ began_at }) => {
    const last = notes.findLast(({ at }) => at <= began_at);
    return last?.what === BEGUN ? "the defence is off" : (last?.what ?? "");
  };
}
