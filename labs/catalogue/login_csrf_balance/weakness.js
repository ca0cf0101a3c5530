export * from "./defences.secure.js";

import * as secure from "./defences.secure.js";

/** The fault: any response will do, as long as this tab waits for one. */
export function stateBelongsToThisTab(state, pendingRequests) {
  return pendingRequests.at(-1) ?? secure.stateBelongsToThisTab(state, pendingRequests);
}
