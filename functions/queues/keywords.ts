import { queueHandler } from "../queue-handler.ts";
import * as keywords from "../tasks/keywords.ts";

export const handler = queueHandler("keywords", { keywords });
