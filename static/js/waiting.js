// On every page of a patient: what waits on this phone is shown and sent.

import { start } from "./shared/queue.js";

start();
