// What every page owes to whoever reads it. Returns complaints, one line each.
() => {
  const complaints = [];
  const all = (selector) => [...document.querySelectorAll(selector)].filter((element) => element.checkVisibility());
  const say = (words, element) => complaints.push(element ? `${words}: ${element.outerHTML.slice(0, 120)}` : words);

  if (!document.documentElement.lang) say("no language");
  if (!document.title.trim()) say("no title");
  if (all("main").length !== 1) say("not one main");
  if (all("h1").length !== 1) say(`${all("h1").length} headings of the first level`);
  let level = 0;
  for (const heading of all("h1, h2, h3, h4, h5, h6")) {
    if (Number(heading.tagName[1]) > level + 1) say("a heading skips a level", heading);
    level = Number(heading.tagName[1]);
  }
  if (document.documentElement.scrollWidth > innerWidth) {
    say(`${document.documentElement.scrollWidth - innerWidth} px too wide`);
  }
  for (const field of all("input:not([type=hidden]), select, textarea")) {
    if (!field.labels?.length && !field.ariaLabel) say("no label", field);
  }
  for (const control of all("a, button")) {
    if (!(control.textContent.trim() || control.ariaLabel)) say("no name", control);
  }
  for (const id of new Set(all("[id]").map((element) => element.id))) {
    if (document.querySelectorAll(`#${CSS.escape(id)}`).length > 1) say(`id ${id} twice`);
  }
  for (const element of document.querySelectorAll("[style], style, script:not([src])")) say("inline", element);

  const probe = document.documentElement.appendChild(document.createElement("i"));
  probe.style.backgroundColor = "Canvas";
  const paper = getComputedStyle(probe).backgroundColor;
  probe.remove();
  const canvas = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
  const rgba = (colour) => {
    canvas.clearRect(0, 0, 1, 1);
    canvas.fillStyle = colour;
    canvas.fillRect(0, 0, 1, 1);
    return [...canvas.getImageData(0, 0, 1, 1).data];
  };
  const over = ([r, g, b, a], below) => [r, g, b].map((c, i) => (c * a + below[i] * (255 - a)) / 255);
  const luminance = (colour) => {
    const [r, g, b] = colour.map((c) => (c / 255 <= 0.04045 ? c / 255 / 12.92 : ((c / 255 + 0.055) / 1.055) ** 2.4));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const ground = (element) => {
    if (!element) return rgba(paper).slice(0, 3);
    return over(rgba(getComputedStyle(element).backgroundColor), ground(element.parentElement));
  };
  for (const element of all("body *")) {
    if (![...element.childNodes].some((node) => node.nodeType === 3 && node.data.trim())) continue;
    if (element.closest(".skip, svg, noscript, :disabled")) continue;
    const below = ground(element);
    const [light, dark] = [luminance(below), luminance(over(rgba(getComputedStyle(element).color), below))].sort((x, y) => y - x);
    const contrast = (light + 0.05) / (dark + 0.05);
    if (contrast < 4.5) say(`contrast ${contrast.toFixed(2)}`, element);
  }
  return complaints;
}
