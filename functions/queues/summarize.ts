import { queueHandler } from "../queue-handler.ts";
import * as summarize from "../tasks/summarize.ts";

export const handler = queueHandler("summarize", { summarize });
