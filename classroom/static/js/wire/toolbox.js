/** The tools fold into one button where the screen is low or narrow, so that the diagram is in sight at once. */

import { at } from "../shared/dom.js";

export function toolbox() {
  const small = matchMedia("(max-width: 720px), (max-height: 560px)");
  const fold = () => {
    at("toolbox").open = !small.matches;
  };
  small.addEventListener("change", fold);
  fold();
}
