/** Something whose changes others follow. */

export class Announcer extends EventTarget {
  /** @type {Set<string>} what will be told with the next frame */ pending = new Set();
  /** @type {Set<string>} what will be told in a while */ later = new Set();

  /** Tell it once for all that happens within so many milliseconds. @param {string} what @param {number} pause */
  fireWithin(what, pause) {
    if (this.later.has(what)) return;
    this.later.add(what);
    setTimeout(() => {
      this.later.delete(what);
      this.fireSoon(what);
    }, pause);
  }

  /** Tell it once for all that happens before the next frame. @param {string} what */
  fireSoon(what) {
    if (this.pending.size === 0) {
      requestAnimationFrame(() => {
        const changes = [...this.pending];
        this.pending.clear();
        for (const change of changes) this.fire(change);
      });
    }
    this.pending.add(what);
  }

  /** @param {string} what */
  fire(what) {
    this.dispatchEvent(new Event(what));
  }
}
