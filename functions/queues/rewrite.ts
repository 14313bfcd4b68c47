import { queueHandler } from "../queue-handler.ts";
import * as rewriteContent from "../tasks/rewrite-content.ts";

export const handler = queueHandler("rewrite", { rewrite_content: rewriteContent });
