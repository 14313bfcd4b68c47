import { queueHandler } from "../../shared/engine/worker/queue-handler.ts";
import * as summarize from "../tasks/summarize.ts";

export const handler = queueHandler("summarize", { summarize });
