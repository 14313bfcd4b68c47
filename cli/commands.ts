import type { CommandUnknownOpts } from "@commander-js/extra-typings";
import type { Cli } from "./cli.ts";
import { batchCommand } from "./commands/batch.ts";
import { callCommand } from "./commands/call.ts";
import { completeCommand } from "./commands/complete.ts";
import { completionCommand } from "./commands/completion.ts";
import { configsCommand } from "./commands/configs.ts";
import { devCommand } from "./commands/dev.ts";
import { dlqCommand } from "./commands/dlq.ts";
import { doctorCommand } from "./commands/doctor.ts";
import { documentsCommand } from "./commands/documents.ts";
import { escalationsCommand } from "./commands/escalations.ts";
import { extractCommand } from "./commands/extract.ts";
import { initCommand } from "./commands/init.ts";
import { inspectCommand } from "./commands/inspect.ts";
import { keysCommand } from "./commands/keys.ts";
import { listCommand } from "./commands/list.ts";
import { logsCommand } from "./commands/logs.ts";
import { mcpCommand } from "./commands/mcp.ts";
import { newTaskCommand } from "./commands/new-task.ts";
import { openCommand } from "./commands/open.ts";
import { pingCommand } from "./commands/ping.ts";
import { projectsCommand } from "./commands/projects.ts";
import { providersCommand } from "./commands/providers.ts";
import { purgeCommand } from "./commands/purge.ts";
import { queuesCommand } from "./commands/queues.ts";
import { restoreCommand } from "./commands/restore.ts";
import { resultCommand } from "./commands/result.ts";
import { retryCommand } from "./commands/retry.ts";
import { revokeCommand } from "./commands/revoke.ts";
import { schedulesCommand } from "./commands/schedules.ts";
import { settingsCommand } from "./commands/settings.ts";
import { statusCommand } from "./commands/status.ts";
import { submitCommand } from "./commands/submit.ts";
import { tasksCommand } from "./commands/tasks.ts";
import { teardownCommand } from "./commands/teardown.ts";
import { topCommand } from "./commands/top.ts";
import { usageCommand } from "./commands/usage.ts";
import { watchCommand } from "./commands/watch.ts";
import { webhooksCommand } from "./commands/webhooks.ts";
import { workersCommand } from "./commands/workers.ts";

/** Every command, under the headings of the help. Adding one: its file in commands/ and its line here. */
export const commandGroups: Readonly<Record<string, readonly ((cli: Cli) => CommandUnknownOpts)[]>> = {
  Jobs: [
    submitCommand,
    statusCommand,
    resultCommand,
    listCommand,
    watchCommand,
    openCommand,
    revokeCommand,
    retryCommand,
    batchCommand,
    tasksCommand,
    callCommand,
    completeCommand,
    configsCommand,
    schedulesCommand,
    escalationsCommand,
    documentsCommand,
    extractCommand,
    projectsCommand,
  ],
  Operations: [
    topCommand,
    queuesCommand,
    workersCommand,
    inspectCommand,
    pingCommand,
    purgeCommand,
    dlqCommand,
    usageCommand,
    settingsCommand,
    webhooksCommand,
    logsCommand,
  ],
  Setup: [
    initCommand,
    devCommand,
    doctorCommand,
    restoreCommand,
    teardownCommand,
    keysCommand,
    providersCommand,
    newTaskCommand,
    mcpCommand,
    completionCommand,
  ],
};
