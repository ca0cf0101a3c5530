/** How this page asks another party: no cookies, no redirects, no cache, and not for ever. */

import { Refusal, Trouble } from "./trouble.js";

const PATIENCE = 8000; // milliseconds

/**
 * Send a request and return the answer, whatever its status.
 * @param {string} who the party, for people
 * @param {string} url
 * @param {RequestInit} [options]
 * @returns {Promise<Response>}
 */
export async function send(who, url, options = {}) {
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
    throw new Trouble(`${who} does not answer. Is it running?`, `${options.method ?? "GET"} ${url}\n${problem}`);
  }
}

/**
 * Return the JSON of a good answer; throw the answer itself, in words, where it is not.
 * @param {string} who
 * @param {Response} response
 * @returns {Promise<any>}
 */
export async function read(who, response) {
  const text = await response.text();
  const raw = asItCame(response, text);
  if (!response.ok) throw new Refusal(`${who} refused (${response.status}).`, raw, response.status);
  try {
    return JSON.parse(text);
  } catch {
    throw new Trouble(`${who} answered, but not in JSON.`, raw);
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
