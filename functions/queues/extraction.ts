import { queueHandler } from "../queue-handler.ts";
import * as classify from "../tasks/classify.ts";
import * as extract from "../tasks/extract.ts";

export const handler = queueHandler("extraction", { extract, classify });
