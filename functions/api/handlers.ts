import type { Handlers } from "./handler.ts";
import { batchHandlers } from "./handlers/batches.ts";
import { deadLetterHandlers } from "./handlers/dead-letters.ts";
import { documentHandlers } from "./handlers/documents.ts";
import { jobHandlers } from "./handlers/jobs.ts";
import { keyHandlers } from "./handlers/keys.ts";
import { llmHandlers } from "./handlers/llm.ts";
import { monitoringHandlers } from "./handlers/monitoring.ts";
import { projectHandlers } from "./handlers/projects.ts";
import { queueHandlers } from "./handlers/queues.ts";
import { serviceHandlers } from "./handlers/service.ts";
import { taskHandlers } from "./handlers/tasks.ts";

/** The handler of every route in contracts/routes.ts. */
export const handlers: Handlers = {
  ...taskHandlers,
  ...batchHandlers,
  ...llmHandlers,
  ...monitoringHandlers,
  ...documentHandlers,
  ...projectHandlers,
  ...jobHandlers,
  ...queueHandlers,
  ...deadLetterHandlers,
  ...keyHandlers,
  ...serviceHandlers,
};
