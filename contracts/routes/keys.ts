/**
 * API keys: made, listed and revoked by admin keys, and by those that administer a project for that project.
 *
 * @module
 */

import { z } from "zod";
import { notBoth } from "../documented-rules.ts";
import { cursorSchema } from "../jobs/list.ts";
import { LIFE } from "../keys/api-keys.ts";
import { keyLimitsSchema } from "../keys/key-limits.ts";
import { projectIdSchema } from "../keys/project-id.ts";
import { EVERY_PROJECT, scopes } from "../keys/scopes.ts";
import type { RouteDefinition } from "./define-route.ts";
import { pageQuery } from "./shared-fields.ts";

/** An API key as it is listed; never the key itself. */
export const apiKeySchema = z.strictObject({
  key_id: z.string(),
  project_id: z.string(),
  projects: z.array(z.string()).describe("Other projects that it may act for; `*` for all."),
  scopes: z.array(z.enum(scopes)),
  name: z.string().nullable(),
  created_at: z.iso.datetime(),
  expires_at: z.iso.datetime().nullable().describe("From when on it opens nothing; null: it does not expire."),
  last_used_at: z.iso
    .datetime()
    .nullable()
    .describe(
      "The hour in which it was last used, by its start; null when it has not been, and for keys of an earlier version that stored no such time.",
    ),
  limits: keyLimitsSchema.describe(
    "What its jobs may ask of the language model, and of the embedding server, beside what its project may.",
  ),
});

/** The authorizer hands the names on in one string, which has a bound of its own. */
const MAX_PROJECTS = 50;

/** The body of `POST /keys`. */
const newKeySchema = z
  .strictObject({
    project_id: projectIdSchema.optional().describe("Default: the caller's own project."),
    projects: z
      .array(z.union([projectIdSchema, z.literal(EVERY_PROJECT)], { error: "must be a project's name, or *" }))
      .max(MAX_PROJECTS)
      .default([])
      .describe(
        "Other projects that it may act for with its scopes, by `project_id` in body or query: names, or `*` for all.",
      ),
    scopes: z.array(z.enum(scopes)).min(1).default(["submit", "read"]),
    name: z.string().trim().regex(/\S/, "must not be blank").max(100).optional().describe("What the key is for."),
    limits: keyLimitsSchema
      .default({})
      .describe(
        "What its jobs may ask of the language model, and of the embedding server, beside what its project may; {}: no less than that.",
      ),
    expires_in: z
      .int()
      .min(LIFE.min)
      .max(LIFE.max)
      .optional()
      .describe("Seconds after which it opens nothing. Default: it does not expire."),
    expires_at: z.iso
      .datetime({ offset: true })
      .optional()
      .describe("In place of expires_in: the time from which on it opens nothing."),
  })
  .refine(({ expires_in, expires_at }) => expires_in === undefined || expires_at === undefined, {
    error: "give either expires_in or expires_at",
  })
  .meta(notBoth("expires_in", "expires_at"));

/** The answer of `POST /keys`, the only one that contains the key. */
export const createdKeySchema = z.strictObject({
  ...apiKeySchema.shape,
  key: z.string().describe("Shown only once. Only its hash is stored."),
});

/** Keys that one request revokes at the most. */
export const MAX_REVOKED = 200;

/** Routes of API keys. */
export const keyRoutes = {
  listKeys: {
    method: "GET",
    path: "/keys",
    scope: "project_admin",
    tag: "Keys",
    summary: "List API keys, newest first",
    description:
      "Of all projects for admin keys, else those of the key's own projects that are not admin keys. Keys that have expired are listed for a week. AWS calls: two DynamoDB queries, and two more for each page of others' keys that are left out; one batch read more where keys of an earlier version are stored among the jobs.",
    query: pageQuery.extend({
      project_id: projectIdSchema.optional().describe("Only the keys that belong to this project."),
    }),
    response: {
      status: 200,
      schema: z.strictObject({ keys: z.array(apiKeySchema), next_cursor: z.string().nullable() }),
    },
  },
  getOwnKey: {
    method: "GET",
    path: "/keys/own",
    scope: "read",
    tag: "Keys",
    summary: "What the key that is sent may do",
    description: "Makes no AWS call: the gateway has identified the key.",
    response: {
      status: 200,
      schema: apiKeySchema.pick({
        key_id: true,
        project_id: true,
        projects: true,
        scopes: true,
        limits: true,
        expires_at: true,
      }),
    },
  },
  createKey: {
    method: "POST",
    path: "/keys",
    scope: "project_admin",
    tag: "Keys",
    summary: "Create an API key",
    description:
      "The key is shown only in this response. A key with the scope project_admin makes keys of its own projects, and no admin keys. A key that was revoked makes none. AWS calls: one DynamoDB read and one write.",
    body: newKeySchema,
    response: { status: 201, schema: createdKeySchema },
    problems: [413, 415],
  },
  revokeKey: {
    method: "DELETE",
    path: "/keys/{key_id}",
    params: z.object({ key_id: z.string().regex(/^key_[0-9a-f]{16}$/, "There is no such key.") }),
    scope: "project_admin",
    tag: "Keys",
    summary: "Revoke an API key",
    description:
      "It stops working within 60 seconds: so long does the gateway remember a key that it has checked. AWS calls: one DynamoDB read and one write, and one query for keys of an earlier version.",
    response: { status: 200, schema: z.strictObject({ key_id: z.string(), status: z.literal("revoked") }) },
    problems: [404],
  },
  revokeKeys: {
    method: "DELETE",
    path: "/keys",
    scope: "project_admin",
    tag: "Keys",
    summary: "Revoke all API keys of a project",
    description: `All that belong to the project, but for the key that asks; a key with the scope project_admin leaves admin keys out. Up to ${MAX_REVOKED} a request: repeat it with next_cursor until that is null. They stop working within 60 seconds. A key that was made a moment before may be missed: ask a second time. AWS calls: those of listing the keys, and one DynamoDB write for each.`,
    query: z.strictObject({
      project_id: projectIdSchema.describe("The project whose keys are revoked."),
      cursor: cursorSchema.optional().describe("next_cursor of the answer before."),
    }),
    response: {
      status: 200,
      schema: z.strictObject({
        project_id: z.string(),
        revoked: z.int().min(0).describe("How many this request revoked."),
        others: z
          .array(z.string())
          .describe(
            "Keys of other projects that may act for this one by its name, among those looked at: not revoked.",
          ),
        next_cursor: z.string().nullable(),
      }),
    },
  },
} as const satisfies Record<string, RouteDefinition>;
