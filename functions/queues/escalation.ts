import { queueHandler } from "../queue-handler.ts";
import * as escalate from "../tasks/escalate.ts";
import * as reviewContent from "../tasks/review-content.ts";

export const handler = queueHandler("escalation", { escalate, review_content: reviewContent });
