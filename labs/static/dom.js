/** Elements made by script. Whatever came over the wire goes in as text, never as markup. */

/** @param {string} id @returns {any} */
export const find = (id) => document.getElementById(id);

/**
 * Make an element; `false` among its children is left out.
 * @param {string} tag and classes, as in `p.quiet`
 * @param {Record<string, string>} [attributes]
 * @param {...(Node | string | false)} children
 * @returns {any}
 */
export function el(tag, attributes = {}, ...children) {
  const [name, ...classes] = tag.split(".");
  const made = document.createElement(name);
  if (classes.length) made.className = classes.join(" ");
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  made.append(...children.filter((child) => child !== false));
  return made;
}

/** Whether what moves by itself should not. */
export const still = () => matchMedia("(prefers-reduced-motion: reduce)").matches;

/** @param {string} text */
export const capital = (text) => text.charAt(0).toUpperCase() + text.slice(1);

/** What the classroom says, with what crossed the wire as such: it stands between backticks. @param {string} words @returns {(Node | string)[]} */
export const worded = (words) =>
  words.split(/`([^`]+)`/).map((part, index) => (index % 2 ? el("code", {}, part) : part));
