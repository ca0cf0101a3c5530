/** What happens, as it happens: from the browser's one worker, or from a stream of this tab where there is none. */

const KINDS = ["hello", "message", "flow", "brake", "reset"];

/** Fires `message`, `flow`, `hello`, `brake` with `detail`, and `state` with `live`, `connecting` or `away`. */
export class Live extends EventTarget {
  state = "connecting";

  start() {
    if ("SharedWorker" in window) this.share();
    else this.open();
    return this;
  }

  share() {
    const worker = new SharedWorker(new URL("./live-worker.js", import.meta.url), { name: "glassbox", type: "module" });
    worker.onerror = () => this.open();
    worker.port.onmessage = ({ data }) => this.hear(data.kind, data.kind === "state" ? data.state : data.data);
    worker.port.start();
    addEventListener("pagehide", () => worker.port.postMessage("leave"));
    addEventListener("pageshow", (event) => event.persisted && location.reload());
  }

  open() {
    const source = new EventSource("/api/events");
    source.onerror = () => this.hear("state", "away");
    for (const kind of KINDS) source.addEventListener(kind, (event) => this.hear(kind, JSON.parse(event.data)));
  }

  /** Resolves when everything from here on will be heard, or after some patience. @param {number} patience in milliseconds */
  listening(patience = 1500) {
    if (this.state === "live") return Promise.resolve();
    return new Promise((go) => {
      this.addEventListener("state", go, { once: true });
      setTimeout(go, patience);
    });
  }

  /** @param {string} kind @param {any} detail */
  hear(kind, detail) {
    if (kind === "hello") this.hear("state", "live");
    if (kind === "state") {
      if (detail === this.state) return;
      this.state = detail;
    }
    this.dispatchEvent(new CustomEvent(kind, { detail }));
  }
}

export const live = new Live();
