export * from "./defences.secure.js";

/** The fault: the tokens are put where every script of this origin finds them, today and later. */
export function tokensStayInMemory(tokens) {
  localStorage.setItem("tokens", JSON.stringify(tokens));
  return tokens;
}
