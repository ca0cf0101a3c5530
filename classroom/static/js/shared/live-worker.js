/** One event stream for all tabs of a browser, which would otherwise use up its six connections to one origin. */

const KINDS = ["hello", "message", "flow", "brake", "reset"];
const RETRY = 1500; // milliseconds after the server closed for good
/** @type {Set<MessagePort>} */ const ports = new Set();
/** @type {EventSource | undefined} */ let source;
let last = "";
let state = "connecting";

/** @param {unknown} event */
function tell(event) {
  for (const port of ports) port.postMessage(event);
}

/** @param {string} now */
function become(now) {
  state = now;
  tell({ kind: "state", state });
}

function open() {
  source = new EventSource(`/api/events${last && `?after=${encodeURIComponent(last)}`}`);
  source.onerror = () => {
    become("away");
    if (source?.readyState === EventSource.CLOSED) setTimeout(open, RETRY);
  };
  for (const kind of KINDS) source.addEventListener(kind, (event) => pass(kind, event));
}

/** @param {string} kind @param {MessageEvent} event */
function pass(kind, event) {
  if (event.lastEventId) last = event.lastEventId;
  if (kind === "hello") become("live");
  tell({ kind, id: event.lastEventId, data: JSON.parse(event.data) });
}

addEventListener("connect", (event) => {
  const [port] = /** @type {MessageEvent} */ (event).ports;
  ports.add(port);
  port.onmessage = ({ data }) => {
    if (data === "leave") ports.delete(port);
  };
  port.postMessage({ kind: "state", state });
  if (!source) open();
});
