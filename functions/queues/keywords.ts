import { queueHandler } from "../../shared/engine/worker/queue-handler.ts";
import * as keywords from "../tasks/keywords.ts";

export const handler = queueHandler("keywords", { keywords });
