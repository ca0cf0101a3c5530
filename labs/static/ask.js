/** What the labs' own server answers for this lab. */

const { name } = document.querySelector("#lab").dataset;

/** @param {string} method @param {string} path @param {object} [body] */
export async function ask(method, path, body) {
  const headers = body ? { "Content-Type": "application/json" } : {};
  const sent = { method, headers, body: body && JSON.stringify(body) };
  const answer = await fetch(`/api/labs/${name}${path}`, sent).catch(() => {
    throw new Error("The labs do not answer. Are they running?");
  });
  const told = await answer.json().catch(() => ({}));
  if (!answer.ok) throw new Error(told.error ?? `The labs answered ${answer.status} ${answer.statusText}.`);
  return told;
}
