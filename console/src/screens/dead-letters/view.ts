import type { AnswerOf } from "../../api/routes.ts";

/** The counts, the groups of one queue and the jobs of one group, as one answer. */
export type DeadLettersView = AnswerOf<"GET /api/v1/views/dead-letters">;
