/** What the classroom answers under `/api`. */

export class Away extends Error {}

/**
 * @param {string} path
 * @param {RequestInit & { json?: unknown }} [options] `json` is sent as the body
 * @returns {Promise<any>}
 */
export async function ask(path, { json, ...options } = {}) {
  const body =
    json === undefined ? {} : { body: JSON.stringify(json), headers: { "Content-Type": "application/json" } };
  let response;
  try {
    response = await fetch(path, { cache: "no-store", ...options, ...body });
  } catch {
    throw new Away("The classroom does not answer. Is the sandbox still up?");
  }
  const type = response.headers.get("Content-Type") ?? "";
  const answer = type.includes("json") ? await response.json() : await response.text();
  if (response.ok) return answer;
  throw new Away(answer?.message ?? answer?.error ?? `The classroom answered ${response.status} for ${path}.`);
}

/** @param {string} id of a flow or of a message */
const part = (id) => encodeURIComponent(id);

/**
 * A page of the newest flows, or of those that began before one.
 * @param {string} [world] of a lab; empty for the secure parties
 * @param {string} [before] the id of a flow
 * @returns {Promise<{ flows: any[], next: string, more: boolean }>}
 */
export const flows = (world = "", before = "") =>
  ask(`/api/flows?${new URLSearchParams({ world, ...(before && { before }) })}`);
/**
 * The newest flows, page by page until there are enough of them.
 * @param {string} world
 * @param {number} most pages
 * @param {(flows: any[]) => boolean} enough
 */
export async function flowsUntil(world, most, enough) {
  const found = { flows: [], next: "", more: true };
  for (let page = 0; page < most && found.more && !enough(found.flows); page++) {
    const { flows: older, next, more } = await flows(world, found.next);
    Object.assign(found, { flows: [...found.flows, ...older], next, more });
  }
  return found;
}
/** @param {string} world @param {number} [count] */
export const newest = (world, count = 1000) =>
  ask(`/api/messages?${new URLSearchParams({ newest: String(count), world, brief: "1" })}`);
/** Those behind an id, with where to go on from there. @param {string} world @param {string} after */
export const behind = (world, after) => ask(`/api/messages?${new URLSearchParams({ world, after, limit: "1000" })}`);
export const flow = (/** @type {string} */ id) => ask(`/api/flows/${part(id)}`);
/** Without the bodies, which are asked for when a message is opened. @param {string} id */
export const brief = (id) => ask(`/api/flows/${part(id)}?brief=1`);
export const message = (/** @type {string} */ id) => ask(`/api/messages/${part(id)}`);
export const parties = () => ask("/api/parties");
export const stepMode = () => ask("/api/brake");

/** @param {string} left a flow @param {string} right another one */
export const compare = (left, right) => ask(`/api/compare?${new URLSearchParams({ left, right })}`);
/** @param {string} flow @param {string} after a message; empty for the end */
export const custody = (flow, after) => ask(`/api/flows/${part(flow)}/custody?${new URLSearchParams({ after })}`);
/** @param {string} flow @param {string} after */
export const learned = (flow, after) => ask(`/api/flows/${part(flow)}/eavesdropper?${new URLSearchParams({ after })}`);
/** @param {string} id @param {string} kind `har`, `mmd`, `svg` or `md` */
export const exportOf = (id, kind) => `/api/flows/${part(id)}/export.${kind}`;
/** @param {string} id */
export const curl = (id) => ask(`/api/messages/${part(id)}/curl`);
