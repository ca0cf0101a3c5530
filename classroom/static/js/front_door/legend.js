/** The legend: what each secret is for, by the class that its shape says. */

import { colour, name, tile } from "../shared/artifacts.js";
import { el } from "../shared/dom.js";

/** @type {[string, Record<string, string>][]} */
const CLASSES = [
  [
    "Proves who you are",
    {
      password: "The person’s own. Typed at the bank and nowhere else.",
      client_secret: "A client’s own, where it has a server. Never in a browser.",
      session: "A cookie that says who is signed in, to one party.",
    },
  ],
  [
    "Ties response to request",
    {
      state: "Sent out, expected back.",
      nonce: "The same, inside an ID token.",
      verifier: "Kept by whoever asked.",
      challenge: "The verifier’s SHA-256. Hollow, for it is no secret.",
    },
  ],
  [
    "Good once",
    {
      code: "A ticket for one token, carried in the open.",
      request_uri: "Stands for an authorization request that was sent beforehand.",
      device_code: "A ticket for a device without a browser, and the short code that the person types.",
    },
  ],
  [
    "What the code is redeemed for",
    {
      access_token: "Opens what the person allowed, for whoever holds it.",
      refresh_token: "Gets the next access token.",
      id_token: "Says who signed in. Opens nothing.",
    },
  ],
];

/** @param {Element} host */
export function legend(host) {
  host.replaceChildren(
    ...CLASSES.map(([words, kinds]) =>
      el(
        "div",
        {},
        el("h3", {}, words),
        el(
          "dl",
          {},
          ...Object.entries(kinds).map(([kind, why]) => el("div", {}, el("dt", {}, key(kind)), el("dd", {}, why))),
        ),
      ),
    ),
  );
}

/** @param {string} kind */
const key = (kind) => el(`span.chip.bare.${colour(kind)}`, {}, tile(kind), el("b", {}, name(kind)));
