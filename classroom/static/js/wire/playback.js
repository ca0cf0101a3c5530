/** Time travel: to the first, one back, follow or hold, one on, and a scrubber over all of them. */

import { at, icon } from "../shared/dom.js";

/** @param {import("../shared/model.js").Model} model */
export function playback(model) {
  const [back, hold, on, range, count] = ["step-back", "hold", "step-on", "moment", "count"].map(at);
  back.addEventListener("click", () => model.step(-1));
  on.addEventListener("click", () => model.step(1));
  hold.addEventListener("click", () => (model.following ? model.select(model.selected, false) : model.follow()));
  range.addEventListener("input", () => model.list[range.value - 1] && model.select(model.list[range.value - 1].id));

  const draw = () => {
    const all = model.list.length;
    const n = model.index + 1;
    range.max = String(Math.max(all, 1));
    range.value = String(Math.max(n, 1));
    range.disabled = all === 0;
    range.setAttribute("aria-valuetext", all ? `after message ${n} of ${all}` : "no message yet");
    count.textContent = `${n} / ${all}`;
    back.disabled = !all || model.away(-1) === model.message;
    on.disabled = !all || model.away(1) === model.message;
    const words = model.following ? "Hold" : "Follow";
    if (hold.dataset.now === words) return;
    hold.dataset.now = words;
    hold.replaceChildren(icon(model.following ? "pause" : "play"), words);
    hold.title = model.following
      ? "Stay where you are while messages arrive"
      : "Go to the newest message and stay with it";
  };
  for (const change of ["messages", "selected", "chosen"]) model.addEventListener(change, draw);
  draw();
}
