/**
 * Evaluates texts beside the event loop: reading Markdown or HTML that is made to be hard takes seconds.
 *
 * @module
 */

import { serveCalls } from "../../lib/threads/serve-calls.ts";
import { type Evaluation, type EvaluationCall, evaluateText } from "./evaluate-text.ts";

serveCalls<EvaluationCall, Evaluation>(evaluateText);
