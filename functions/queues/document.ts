import { queueHandler } from "../queue-handler.ts";
import * as processDocument from "../tasks/process-document.ts";

export const handler = queueHandler("document", { process_document: processDocument });
