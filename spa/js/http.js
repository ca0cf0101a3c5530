/** How this page asks another party: no cookies, no redirects, no cache, and not for ever. */

import { note } from "./notes.js";
import { Refusal, Trouble } from "./trouble.js";

const PATIENCE = 300_000; // milliseconds: step mode may hold our request two minutes, then the one it leads to as long
const SLOW = 5000; // milliseconds, after which the person is told

/**
 * Send a request and return the answer, whatever its status.
 * @param {string} who the party, for people
 * @param {string} url
 * @param {RequestInit} [options]
 * @returns {Promise<Response>}
 */
export async function send(who, url, options = {}) {
  const slow = setTimeout(() => dispatchEvent(new CustomEvent("slow", { detail: who })), SLOW);
  try {
    return await fetch(url, {
      credentials: "omit",
      cache: "no-store",
      redirect: "error",
      referrerPolicy: "no-referrer",
      signal: AbortSignal.timeout(PATIENCE),
      ...options,
    });
  } catch (problem) {
    note(`Balance asked ${who}, and nobody answered`, {
      asked: `${options.method ?? "GET"} ${new URL(url, location.origin).origin}`,
    });
    throw new Trouble(`${who} does not answer. Is it running?`, `${options.method ?? "GET"} ${url}\n${problem}`);
  } finally {
    clearTimeout(slow);
  }
}

/**
 * Return the JSON of a good answer; throw the answer itself, in words, where it is not.
 * @param {string} who
 * @param {Response} response
 * @param {string} [remedy] what to do where the answer does not come, or says that it cannot be given now
 * @returns {Promise<any>}
 */
export async function read(who, response, remedy = "Try again in a moment.") {
  const text = await textOf(who, response, remedy);
  const raw = asItCame(response, text);
  const unable = response.status >= 500;
  const words = `${who} ${unable ? "cannot answer just now" : "refused"} (${response.status}).`;
  if (!response.ok) throw new Refusal(unable ? `${words} ${remedy}` : words, raw, response.status);
  const body = objectIn(text);
  if (!body) throw new Trouble(`${who} answered, but not with a JSON object.`, raw);
  return body;
}

/**
 * Return the whole answer, if it comes.
 * @param {string} who
 * @param {Response} response
 * @param {string} remedy
 */
export async function textOf(who, response, remedy) {
  try {
    return await response.text();
  } catch (problem) {
    throw new Trouble(`${who} broke off in the middle of its answer. ${remedy}`, `${response.url}\n${problem}`);
  }
}

/** @param {string} text */
function objectIn(text) {
  try {
    const found = JSON.parse(text);
    return found instanceof Object ? found : null;
  } catch {
    return null;
  }
}

/**
 * The answer as the browser lets us see it.
 * @param {Response} response
 * @param {string} text
 */
export function asItCame(response, text) {
  const challenge = response.headers.get("WWW-Authenticate");
  const status = `HTTP ${response.status} ${response.statusText}`.trim();
  return [status, challenge && `WWW-Authenticate: ${challenge}`, "", text.trim()].filter((l) => l !== null).join("\n");
}
