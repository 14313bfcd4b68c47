import { usageQuerySchema, usageReportSchema } from "../llm/usage.ts";
import type { RouteDefinition } from "./define-route.ts";

/** What projects use of the language model. */
export const usageRoutes = {
  getUsage: {
    method: "GET",
    path: "/usage",
    scope: "read",
    tag: "Monitoring",
    summary: "Show the tokens that a project used, by day, model and config",
    description:
      "Days are UTC; a run counts on the day on which it ended, a run whose worker died not at all. Kept for 400 days. AWS calls: two DynamoDB queries.",
    query: usageQuerySchema,
    response: { status: 200, schema: usageReportSchema },
  },
} as const satisfies Record<string, RouteDefinition>;
