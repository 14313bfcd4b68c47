import { usageByProjectQuerySchema, usageByProjectSchema, usageQuerySchema, usageReportSchema } from "../llm/usage.ts";
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
      "Days are UTC; a run counts on the day on which it ended, a run whose worker died not at all. Kept for 400 days. With the project's quotas and what is used of them today. AWS calls: three DynamoDB queries and one or two reads; where the jobs of a project in a lane are bounded, one read and four queries more for each lane.",
    query: usageQuerySchema,
    response: { status: 200, schema: usageReportSchema },
  },
  getUsageByProject: {
    method: "GET",
    path: "/usage/projects",
    scope: "admin",
    tag: "Monitoring",
    summary: "Show what every project used, the most first",
    description:
      "Of the 500 projects that used something last within the span. AWS calls: one DynamoDB query, two more for each project.",
    query: usageByProjectQuerySchema,
    response: { status: 200, schema: usageByProjectSchema },
  },
} as const satisfies Record<string, RouteDefinition>;
