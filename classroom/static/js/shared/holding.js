/** Words for how somebody holds a secret, and where. */

/** @typedef {{ how: string, places?: string[], since?: string | null, why?: string }} Holding */

export const HOW = {
  holds: "holds it",
  hashed: "holds it hashed",
  spent: "holds it, spent",
  passed: "has seen it pass",
  never: "must never hold it, and does not",
};
const PLACES = { address: "address bar", history: "history", cookies: "cookie jar", page: "page" };

/** Places that a person can point at; the others say only how it came there. @param {Holding} holding */
export const places = ({ places = [] }) =>
  places
    .map((place) => PLACES[place])
    .filter(Boolean)
    .join(", ");

/** @param {Holding | undefined} holding @returns {string} nothing for somebody who holds nothing */
export function words(holding) {
  if (!holding || holding.how === "never") return "";
  const where = places(holding);
  return `${HOW[holding.how] ?? holding.how}${where && ` (${where})`}`;
}
