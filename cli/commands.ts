import type { CommandUnknownOpts } from "@commander-js/extra-typings";
import type { Cli } from "./cli.ts";
import { inspectCommand } from "./commands/inspect.ts";
import { keysCommand } from "./commands/keys.ts";
import { listCommand } from "./commands/list.ts";
import { pingCommand } from "./commands/ping.ts";
import { resultCommand } from "./commands/result.ts";
import { retryCommand } from "./commands/retry.ts";
import { statusCommand } from "./commands/status.ts";
import { submitCommand } from "./commands/submit.ts";
import { tasksCommand } from "./commands/tasks.ts";
import { watchCommand } from "./commands/watch.ts";

/** Every command, under the headings of the help. Adding one: its file in commands/ and its line here. */
export const commandGroups: Readonly<Record<string, readonly ((cli: Cli) => CommandUnknownOpts)[]>> = {
  Jobs: [submitCommand, statusCommand, resultCommand, listCommand, watchCommand, retryCommand, tasksCommand],
  Operations: [inspectCommand, pingCommand],
  Setup: [keysCommand],
};
