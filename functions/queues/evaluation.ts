import { queueHandler } from "../queue-handler.ts";
import * as detectAiContent from "../tasks/detect-ai-content.ts";
import * as evaluateContent from "../tasks/evaluate-content.ts";
import * as scoreAeo from "../tasks/score-aeo.ts";

export const handler = queueHandler("evaluation", {
  detect_ai_content: detectAiContent,
  score_aeo: scoreAeo,
  evaluate_content: evaluateContent,
});
