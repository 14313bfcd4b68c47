import { queueHandler } from "../../shared/engine/worker/queue-handler.ts";
import * as processDocument from "../tasks/process-document.ts";

export const handler = queueHandler("document", { process_document: processDocument });
