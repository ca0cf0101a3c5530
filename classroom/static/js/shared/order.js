/** Messages in the order in which they were sent, which is not the order in which they were written. */

/** @typedef {{ id: string, at: number }} Placed */

/** @param {Placed} a @param {Placed} b */
export function earlier(a, b) {
  return a.at - b.at || compareIds(a.id, b.id);
}

/** Compare ids of a stream, `milliseconds-number`. @param {string} a @param {string} b */
export function compareIds(a, b) {
  const [[m, n], [o, p]] = [a, b].map((id) => id.split("-").map(Number));
  return m - o || n - p;
}

/** Put one where it belongs; it is nearly always the last. @param {any[]} list @param {any} message */
export function place(list, message) {
  let to = list.length;
  while (to > 0 && earlier(message, list[to - 1]) < 0) to -= 1;
  list.splice(to, 0, message);
}
