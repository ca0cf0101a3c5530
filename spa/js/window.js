/** The flow in a window of its own: this page stays, and the response comes as a message (RFC 9700 §4.17). */

import { senderIsTheAuthorizationServer } from "./defences.js";
import { note } from "./notes.js";
import { tell } from "./page.js";
import { Trouble } from "./trouble.js";

/** @typedef {{address: URL, metadata: import("./oauth.js").Metadata}} AuthorizationRequest */

const LOOK = 250; // milliseconds: a window that is closed says nothing, so we look

/**
 * Open a window, send the request in it, and return the response, or nothing where it was closed.
 * @param {() => Promise<AuthorizationRequest>} newRequest
 * @returns {Promise<URLSearchParams | null>}
 */
export async function askInAWindow(newRequest) {
  const opened = openNow();
  try {
    const { address, metadata } = await newRequest();
    opened.location.replace(address);
    tell("Bank ID is open in a window of its own. Answer there, or close it.");
    const response = await messageFrom(opened, metadata);
    return response && new URLSearchParams(response);
  } finally {
    opened.close();
  }
}

/** Open it empty, before anything is waited for: a browser takes a later one for an advertisement. */
function openNow() {
  const opened = open("", "bank-id", "popup,width=560,height=800");
  if (opened) return opened;
  const words = "The browser did not let Balance open a window. Allow it to, or press “Connect your bank” instead.";
  throw new Trouble(words, "window.open: null");
}

/**
 * Wait for the message of the authorization server, or for the end of its window.
 * @param {Window} opened
 * @param {import("./oauth.js").Metadata} metadata of the server we asked
 * @returns {Promise<Record<string, string> | null>}
 */
function messageFrom(opened, metadata) {
  return new Promise((resolve) => {
    let ignored = false;
    const looking = setInterval(() => opened.closed && end(null), LOOK);
    addEventListener("message", hear);

    function hear({ origin, data }) {
      if (data?.type !== "authorization_response") return; // extensions of the browser chat, too
      try {
        senderIsTheAuthorizationServer(origin, metadata);
        end(data.response);
      } catch ({ message }) {
        if (ignored) return; // said once is enough
        ignored = true;
        note(message, { sender: origin });
        tell(message);
      }
    }

    function end(response) {
      clearInterval(looking);
      removeEventListener("message", hear);
      resolve(response);
    }
  });
}
