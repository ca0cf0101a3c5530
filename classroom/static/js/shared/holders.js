/** Who takes part: a pictogram and a name for each. */

import { el, icon } from "./dom.js";

/** What stands under a name where a flow is drawn. */
const ROLES = {
  auth: "authorization server",
  bank: "resource server",
  budget: "client, with a server",
  balance: "client, only a page",
  browser: "where the person is",
  person: "the resource owner",
  attacker: "somebody else",
  other: "a program of somebody’s",
  classroom: "sent again from here",
};
const TITLES = {
  auth: "Bank ID",
  bank: "Bank API",
  budget: "Budget",
  balance: "Balance",
  browser: "Browser",
  person: "Person",
  attacker: "Attacker",
  other: "Another program",
  classroom: "Classroom",
};
const PICTURES = new Set(Object.keys(ROLES));
export const SERVERS = new Set(["auth", "bank", "budget"]);

/** @param {string} id such as `auth`, or `other:curl/8` for a program that is none of ours */
const plain = (id) => (PICTURES.has(id) ? id : "other");
/** @param {string} id */
export const role = (id) => ROLES[plain(id)] ?? "";

/** @param {string} id @param {string} [title] as the classroom tells it @param {{ person?: string }} [flow] */
export function title(id, title, flow) {
  if (id === "browser" && flow?.person) return `${capital(flow.person)}’s browser`;
  if (id === "person" && flow?.person) return capital(flow.person);
  return title || TITLES[id] || id.replace(/^other:?/, "") || TITLES.other;
}

/** @param {string} word */
export const capital = (word) => word.charAt(0).toUpperCase() + word.slice(1);

/** @param {string} id @param {"" | "s" | "l"} [size] */
export function mark(id, size = "") {
  return el(`span.mark.m-${plain(id)}${size && `.${size}`}`, { "aria-hidden": "true" }, icon(plain(id)));
}

/** @param {string} id @param {string} name */
export const who = (id, name) => el("span.who", {}, mark(id, "s"), name);
