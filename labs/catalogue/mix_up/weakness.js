export * from "./defences.secure.js";

/** The fault: whoever answered is taken for the server that was asked. */
export function issuerIsTheOneWeAsked() {}
