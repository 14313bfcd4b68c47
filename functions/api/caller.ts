import type { APIGatewayProxyEventV2 } from "aws-lambda";
import { z } from "zod";
import type { Catalog } from "../../contracts/define-catalog.ts";
import { isExpired } from "../../contracts/keys/api-keys.ts";
import { type LimitedKey, readKeyLimits } from "../../contracts/keys/key-limits.ts";
import { EVERY_PROJECT, type Scope, scopes } from "../../contracts/keys/scopes.ts";
import { forbidden, invalid, ProblemError } from "../../shared/lib/http/problem.ts";

/** The caller, as the authorizer identified them. What a key may do is decided here and in the handlers. */
export interface Caller {
  readonly keyId: string;
  /** The name of the key; undefined when it has none, and for a minute after an update of the stage. */
  readonly keyName?: string | undefined;
  readonly tenant: string;
  /** Other projects that the key may act for; `*` for all. */
  readonly projects: ReadonlySet<string>;
  readonly scopes: ReadonlySet<Scope>;
  /** Limits of the language model for the key's jobs; undefined where there are none. */
  readonly limits?: LimitedKey["limits"] | undefined;
  /** In milliseconds since the epoch; undefined: the key does not expire. */
  readonly expiresAt?: number | undefined;
  /** Tasks whose jobs the caller does not see: those that act on all projects, for all but admin keys. */
  readonly hiddenTasks: ReadonlySet<string>;
}

const contextSchema = z.object({
  requestContext: z.object({
    authorizer: z.object({
      lambda: z.object({
        key_id: z.string(),
        key_name: z.string().optional(),
        project_id: z.string().min(1),
        projects: z.string().optional(),
        scopes: z.string(),
        limits: z.string().optional(),
        expires_at: z.coerce.number().optional(),
      }),
    }),
  }),
});

/**
 * @throws ProblemError 401 when the authorizer has not identified the caller, or the key has expired since: the gateway
 *   caches what the authorizer says for a minute
 */
export function callerOf(event: APIGatewayProxyEventV2, { adminTasks }: Catalog, now: number): Caller {
  const parsed = contextSchema.safeParse(event);
  if (!parsed.success) {
    throw new ProblemError("unauthorized", "Send an API key: Authorization: Bearer <key>.", {
      headers: { "www-authenticate": "Bearer" },
    });
  }
  const { lambda } = parsed.data.requestContext.authorizer;
  if (isExpired(lambda, now)) {
    throw invalidKey("expired");
  }
  const { key_id: keyId, key_name: keyName, project_id: tenant, projects = "", scopes: granted, limits } = lambda;
  const names = new Set(granted.split(" "));
  const own = new Set(scopes.filter((scope) => names.has(scope)));
  const others = new Set(projects.split(" ").filter((each) => each !== ""));
  return {
    keyId,
    keyName,
    tenant,
    projects: others,
    scopes: own,
    ...(limits !== undefined && { limits: readKeyLimits(limits) }),
    ...(lambda.expires_at !== undefined && { expiresAt: lambda.expires_at }),
    hiddenTasks: own.has("admin") ? new Set() : adminTasks,
  };
}

/** A 401 problem: the key was one, and is none any more. */
export const invalidKey = (what: "expired" | "been revoked"): ProblemError =>
  new ProblemError("unauthorized", `The API key has ${what}.`, {
    headers: { "www-authenticate": `Bearer error="invalid_token", error_description="The key has ${what}."` },
  });

/** Who did something, for the timeline of a job: the name of the key, which is people's own, and its id. */
export const callerName = ({ keyId, keyName }: Caller): string =>
  keyName === undefined ? keyId : `${keyName} (${keyId})`;

/** Whether the caller's key has the scope `admin`: it may do all that there is, in every project. */
export const isAdmin = (caller: Caller): boolean => caller.scopes.has("admin");

/** @throws ProblemError 403 */
export function requireScope(caller: Caller, scope: Scope): void {
  if (isAdmin(caller) || caller.scopes.has(scope)) return;
  if (scope !== "admin" && caller.scopes.has("project_admin")) return;
  throw forbidden(`This request requires a key with the scope ${scope}.`);
}

/**
 * The project that a request acts in: the key's own, or the one asked for, for admin keys and those that name it.
 * @param asked in the query
 * @param inBody in the body
 * @throws ProblemError 403; 422 when body and query name different ones
 */
export function projectFor(caller: Caller, asked: string | undefined, inBody?: string): string {
  if (asked !== undefined && inBody !== undefined && asked !== inBody) {
    throw invalid([{ path: "/project_id", message: `is not the project of the query, ${asked}` }]);
  }
  const wanted = inBody ?? asked ?? caller.tenant;
  if (mayAccess(caller, wanted)) return wanted;
  throw forbidden("Only admin keys, and keys that name it, may act for another project than their own.");
}

/** The caller's key with its limits, as jobs carry it. @returns undefined when it has none */
export const limitedKeyOf = ({ keyId, limits }: Caller): LimitedKey | undefined => limits && { id: keyId, limits };

/** True when the caller may see what belongs to a project. */
export const mayAccess = (caller: Caller, tenant: string): boolean =>
  caller.tenant === tenant || caller.projects.has(tenant) || caller.projects.has(EVERY_PROJECT) || isAdmin(caller);

/** The jobs that counts are made of: undefined for admin keys, which count all. */
export const countedFor = (caller: Caller): ((job: OwnedJob) => boolean) | undefined =>
  isAdmin(caller) ? undefined : (job) => mayAccessJob(caller, job);

/** The fields that identify the owner of a job or a batch. */
interface OwnedJob {
  readonly project_id: string;
  readonly task_name: string;
}

/**
 * True when the caller may see, revoke and retry a job or a batch. One of a task that acts on all projects is for admin
 * keys alone, whatever project it was submitted in: its result contains data of other projects.
 */
export const mayAccessJob = (caller: Caller, job: OwnedJob): boolean =>
  mayAccess(caller, job.project_id) && !caller.hiddenTasks.has(job.task_name);
