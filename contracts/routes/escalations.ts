import { z } from "zod";
import { acknowledgeSchema, escalationSchema, resolveSchema } from "../escalations/escalations.ts";
import type { RouteDefinition } from "./define-route.ts";
import { pageQuery, projectQuery } from "./shared-fields.ts";

const params = z.object({ escalation_id: z.string().regex(/^[A-Za-z0-9-]{1,64}$/, "There is no such escalation.") });

/** Routes of escalations. The task `escalate` opens them. */
export const escalationRoutes = {
  listEscalations: {
    method: "GET",
    path: "/escalations",
    scope: "read",
    tag: "Escalations",
    summary: "List escalations, newest first",
    description: "Those of the project. AWS calls: one DynamoDB query and one read.",
    query: pageQuery.extend({
      ...projectQuery.shape,
      status: z
        .enum(["unresolved", "resolved"])
        .default("unresolved")
        .describe("`unresolved`: open and acknowledged ones."),
    }),
    response: {
      status: 200,
      schema: z.strictObject({ escalations: z.array(escalationSchema), next_cursor: z.string().nullable() }),
    },
  },
  getEscalation: {
    method: "GET",
    path: "/escalations/{escalation_id}",
    params,
    scope: "read",
    tag: "Escalations",
    summary: "Get an escalation with its history",
    description: "With its payload and decision.",
    response: { status: 200, schema: escalationSchema },
    problems: [404],
  },
  acknowledgeEscalation: {
    method: "POST",
    path: "/escalations/{escalation_id}/acknowledge",
    params,
    scope: "submit",
    tag: "Escalations",
    summary: "Acknowledge an escalation",
    description:
      "Says that somebody has taken it on. 409 when somebody else has, or when it is resolved. AWS calls: one read and one write.",
    body: acknowledgeSchema,
    response: { status: 200, schema: escalationSchema },
    problems: [404, 409],
  },
  resolveEscalation: {
    method: "POST",
    path: "/escalations/{escalation_id}/resolve",
    params,
    scope: "submit",
    tag: "Escalations",
    summary: "Resolve an escalation with a decision",
    description:
      "With `task_name`, starts that task with the decision as its input, once: the same request again gives the same job. 409 when it was resolved otherwise. AWS calls: one read and one write, and those of a submit.",
    body: resolveSchema,
    response: { status: 200, schema: escalationSchema },
    problems: [404, 409, 503],
  },
} as const satisfies Record<string, RouteDefinition>;
