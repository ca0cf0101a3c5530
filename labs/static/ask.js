/** What the labs' own server answers for this lab. */

const { name } = document.querySelector("#lab").dataset;

/** @param {string} method @param {string} path @param {object} [body] */
export async function ask(method, path, body) {
  const headers = body ? { "Content-Type": "application/json" } : {};
  const request = { method, headers, body: body && JSON.stringify(body) };
  const response = await fetch(`/api/labs/${name}${path}`, request).catch(() => {
    throw new Error("The labs do not answer. Are they running?");
  });
  const members = await response.json().catch(() => ({}));
  if (!response.ok) throw new Error(members.error ?? `The labs answered ${response.status} ${response.statusText}.`);
  return members;
}
