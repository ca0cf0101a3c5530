/** The wire's page: one model, and the parts that show it. */

import { Diagram } from "../diagram/diagram.js";
import { Inspector } from "../inspector/inspector.js";
import { Ledger } from "../ledger/ledger.js";
import { at } from "../shared/dom.js";
import { live } from "../shared/live.js";
import { ALL, Model } from "../shared/model.js";
import { begin } from "../shared/shell.js";
import { eavesdropper } from "./eavesdropper.js";
import { filter } from "./filter.js";
import { findings } from "./findings.js";
import { stepMode } from "./held.js";
import { journeys } from "./journey.js";
import { listen } from "./keys.js";
import { picker } from "./picker.js";
import { playback } from "./playback.js";
import { address, wanted, take } from "./take.js";
import { toolbox } from "./toolbox.js";

const model = new Model(wanted().world);
const diagram = new Diagram(at("diagram"), model);
new Inspector(at("inspector"), model);
new Ledger(at("ledger"), model);
picker(at("flows"), model);
filter(model);
playback(model);
listen(model, diagram);
journeys(at("wire"), model);
eavesdropper(model);
findings(model);
take(model);
address(model);
if (!model.world) stepMode(model); // a lab's world holds nothing
toolbox();

const empty = () => {
  at("empty").hidden = model.list.length > 0 || !loaded;
  at("wire").hidden = model.list.length === 0;
  at("controls").hidden = !loaded;
};
let loaded = false;
for (const change of ["messages", "flows", "chosen"]) model.addEventListener(change, empty);

/** Stay with what is newest, as long as nobody has chosen. */
function goToTheNewest() {
  const newest = [...model.flows.values()].sort((a, b) => b.began_at - a.began_at)[0];
  if (newest && newest.id !== model.chosen) model.choose(newest.id);
}

const heard = [];
live.addEventListener("message", ({ detail }) => (loaded ? model.hear(detail) : heard.push(detail)));
live.addEventListener("flow", ({ detail }) => {
  const isNew = !model.flows.has(detail.id) && detail.world === model.world;
  model.hearFlow(detail);
  if (loaded && isNew && model.following && model.chosen !== ALL) goToTheNewest();
});
live.addEventListener("reset", () => {
  model.forget();
  start();
});

async function start() {
  const { flow, message } = wanted();
  await live.listening();
  const everything = flow === ALL || (!flow && model.world);
  try {
    if (everything) model.look(ALL, message);
    await model.load();
    if (everything) empty();
    else if (flow) await model.choose(flow, message).catch(goToTheNewest);
    else goToTheNewest();
  } catch (problem) {
    at("told").textContent = problem.message;
    setTimeout(start, 2000);
    return;
  }
  loaded = true;
  for (const message of heard.splice(0)) model.hear(message);
  empty();
}

begin();
await start();
if (wanted().message) requestAnimationFrame(() => diagram.show(model.selected));
