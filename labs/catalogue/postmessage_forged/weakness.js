export * from "./defences.secure.js";

/** The fault: whichever window speaks is taken for Bank ID's. */
export function senderIsTheAuthorizationServer() {}
