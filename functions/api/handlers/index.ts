import type { Handlers } from "../route-handler.ts";
import { batchHandlers } from "./batches.ts";
import { deadLetterHandlers } from "./dead-letters.ts";
import { documentHandlers } from "./documents.ts";
import { jobHandlers } from "./jobs.ts";
import { keyHandlers } from "./keys.ts";
import { llmHandlers } from "./llm.ts";
import { monitoringHandlers } from "./monitoring.ts";
import { projectHandlers } from "./projects.ts";
import { queueHandlers } from "./queues.ts";
import { serviceHandlers } from "./service.ts";
import { taskHandlers } from "./tasks.ts";
import { webhookHandlers } from "./webhooks.ts";

/** The handler of every route in contracts/routes/routes.ts. */
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
  ...webhookHandlers,
  ...keyHandlers,
  ...serviceHandlers,
};
