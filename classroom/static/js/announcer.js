/** Something whose changes others follow. */

export class Announcer extends EventTarget {
  /** @type {Set<string>} what will be told with the next frame */ pending = new Set();

  /** Tell it once for all that happens before the next frame. @param {string} what */
  fireSoon(what) {
    if (this.pending.size === 0) {
      requestAnimationFrame(() => {
        const told = [...this.pending];
        this.pending.clear();
        for (const one of told) this.fire(one);
      });
    }
    this.pending.add(what);
  }

  /** @param {string} what */
  fire(what) {
    this.dispatchEvent(new Event(what));
  }
}
