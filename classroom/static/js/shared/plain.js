/** A page with nothing of its own but the bar. */

import { begin } from "./shell.js";

begin();
