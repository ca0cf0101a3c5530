/** The diagram of a run is a page of the classroom in a frame. It tells its height and whether it listens, and no more. */

import { el, find, still } from "./dom.js";

const PATIENCE = 4000; // milliseconds until we take it that the classroom shows nothing
const SLACK = 40; // pixels by which the end may be out of view, and whoever looks is still at it
const TALLEST = 30_000; // pixels
const MAY = "allow-scripts allow-same-origin allow-popups allow-popups-to-escape-sandbox";

export class Diagram {
  /** @type {HTMLIFrameElement | undefined} */ present;
  /** @type {HTMLIFrameElement | undefined} */ coming;
  run = {};

  /** @param {{ classroom: string, name: string }} lab */
  constructor({ classroom, name }) {
    this.classroom = classroom;
    this.world = name;
    this.host = find("diagram");
    addEventListener("message", (event) => this.hear(event));
    addEventListener("theme", () => this.present && this.open(this.run));
  }

  /**
   * Show a run; where no end is named, live from now on.
   * @param {Record<string, string>} run
   * @returns {Promise<boolean>} whether it is there
   */
  open(run) {
    this.run = run;
    this.coming?.remove();
    const theme = document.documentElement.dataset.theme ?? "";
    const src = `${this.classroom}/wire/run?${new URLSearchParams({ world: this.world, theme, ...run })}`;
    const height = this.present?.height ?? "150"; // of the one whose place it takes
    const title = "The messages of this run, as a diagram";
    const frame = el("iframe.coming", { src, title, height, sandbox: MAY });
    this.coming = frame;
    this.host.append(frame);
    return new Promise((go) => {
      this.arrived = () => go(true);
      setTimeout(() => go(this.present === frame), PATIENCE);
    });
  }

  /** Take a height from our frame, and from nobody else. @param {MessageEvent} event */
  hear({ origin, source, data }) {
    if (origin !== this.classroom) return;
    const frame = [this.present, this.coming].find((frame) => frame?.contentWindow === source);
    const height = Math.min(Number(data?.height), TALLEST);
    if (!frame || !(height > 0)) return;
    if (frame === this.coming && data.ready) this.takeOver();
    if (frame === this.present) this.grow(height);
  }

  /** Put the new frame in the place of the old one. */
  takeOver() {
    this.retire();
    this.present = this.coming;
    this.coming = undefined;
    find("no-diagram").hidden = true;
    this.present.classList.remove("coming");
    this.arrived();
  }

  /** Whoever looks at the end of a run that goes on stays there. @param {number} height */
  grow(height) {
    const below = () => this.host.getBoundingClientRect().bottom - innerHeight;
    const atItsEnd = below() < SLACK && !this.run.until;
    this.present.height = String(height);
    if (atItsEnd && below() > 0) scrollBy({ top: below(), behavior: still() ? "instant" : "smooth" });
  }

  /** Take away what is shown; what is still on its way may come. */
  retire() {
    this.present?.remove();
    this.present = undefined;
  }

  clear() {
    this.retire();
    this.coming?.remove();
    this.coming = undefined;
  }
}
