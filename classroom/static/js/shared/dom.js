/** Elements made by script. Whatever came over the wire goes in as text, never as markup. */

const SVG = "http://www.w3.org/2000/svg";
const ICONS = new URL("../../icons.svg", import.meta.url).pathname;

/**
 * Make an element. `on…` are listeners, `style` sets custom properties, the rest are attributes; `false` leaves one out.
 * @param {string} tag and classes, as in `p.quiet.small`
 * @param {Record<string, any>} [attributes]
 * @param {...(Node | string | number | null | undefined | false)} children
 * @returns {HTMLElement}
 */
export function el(tag, attributes = {}, ...children) {
  const [name, ...classes] = tag.split(".");
  const made = document.createElement(name);
  if (classes.length) made.className = classes.join(" ");
  for (const [key, value] of Object.entries(attributes)) {
    if (value === false || value === null || value === undefined) continue;
    if (key.startsWith("on")) made.addEventListener(key.slice(2), value);
    else if (key === "style")
      for (const [property, set] of Object.entries(value)) made.style.setProperty(property, set);
    else made.setAttribute(key, value === true ? "" : String(value));
  }
  made.append(...present(children));
  return made;
}

/** @param {string} name of a symbol in `icons.svg` */
export function icon(name) {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("aria-hidden", "true");
  const use = document.createElementNS(SVG, "use");
  use.setAttribute("href", `${ICONS}#${name}`);
  svg.append(use);
  return svg;
}

/**
 * A button with an icon, and words for those who do not see it.
 * @param {string} picture
 * @param {string} words
 * @param {(event: Event) => void} act
 * @param {{ bare?: boolean, [attribute: string]: any }} [options] `bare` hides the words
 */
export function button(picture, words, act, { bare = false, ...attributes } = {}) {
  const named = bare ? { "aria-label": words, title: words } : {};
  return el(
    "button.btn.slim",
    { type: "button", onclick: act, ...named, ...attributes },
    picture && icon(picture),
    !bare && words,
  );
}

/** What we say, with what crossed the wire as such: it stands between backticks. @param {string} words @returns {(Node | string)[]} */
export const worded = (words) =>
  words.split(/`([^`]+)`/).map((part, index) => (index % 2 ? el("code", {}, part) : part));

/** The same where no element can stand, as in an attribute. @param {string} words */
export const plain = (words) => words.replaceAll("`", "");

/** @param {string} words for a screen reader only */
export const unseen = (words) => el("span.sr", {}, words);

/** @param {string} id @returns {any} an element that the template promises */
export const at = (id) => {
  const element = document.getElementById(id);
  if (!element) throw new Error(`the page has no #${id}`);
  return element;
};

/** @param {any[]} children */
const present = (children) =>
  children.filter((child) => child !== null && child !== undefined && child !== false).map(text);
const text = (/** @type {any} */ child) => (typeof child === "number" ? String(child) : child);

/**
 * Make the children of a parent these and no others, moving as little as possible: what stays keeps focus and scroll.
 * @param {Element} parent
 * @param {Element[]} wanted
 */
export function arrange(parent, wanted) {
  const keep = new Set(wanted);
  for (const child of [...parent.children]) if (!keep.has(child)) child.remove();
  let next = parent.firstElementChild;
  for (const child of wanted) {
    if (child === next) next = next.nextElementSibling;
    else parent.insertBefore(child, next);
  }
}
