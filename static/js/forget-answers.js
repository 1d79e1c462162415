// After signing out and after sending, no answer stays in this tab.

import { forgetTab } from "./shared/answers.js";

forgetTab();
