import { queueHandler } from "../queue-handler.ts";
import * as healthCheck from "../tasks/health-check.ts";

export const handler = queueHandler("default", { health_check: healthCheck });
