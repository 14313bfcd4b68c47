import type { APIGatewayProxyEventV2 } from "aws-lambda";
import { z } from "zod";
import type { Catalog } from "../../contracts/define-catalog.ts";
import { type Scope, scopes } from "../../contracts/keys/scopes.ts";
import { forbidden, ProblemError } from "../../shared/lib/http/problem.ts";

/** Who asks, as the authorizer told: it only identifies, so what a key may do is decided here and in the handlers. */
export interface Caller {
  readonly keyId: string;
  readonly tenant: string;
  readonly scopes: ReadonlySet<Scope>;
  /** Tasks whose jobs the caller does not see: those that act on all projects, for all but admin keys. */
  readonly hiddenTasks: ReadonlySet<string>;
}

const contextSchema = z.object({
  requestContext: z.object({
    authorizer: z.object({
      lambda: z.object({ key_id: z.string(), project_id: z.string().min(1), scopes: z.string() }),
    }),
  }),
});

/** @throws ProblemError 401 when no authorizer vouches for the caller */
export function callerOf(event: APIGatewayProxyEventV2, { adminTasks }: Catalog): Caller {
  const parsed = contextSchema.safeParse(event);
  if (!parsed.success) {
    throw new ProblemError("unauthorized", "Send an API key: Authorization: Bearer <key>.", {
      headers: { "www-authenticate": "Bearer" },
    });
  }
  const { key_id: keyId, project_id: tenant, scopes: granted } = parsed.data.requestContext.authorizer.lambda;
  const names = new Set(granted.split(" "));
  const own = new Set(scopes.filter((scope) => names.has(scope)));
  return { keyId, tenant, scopes: own, hiddenTasks: own.has("admin") ? new Set() : adminTasks };
}

/** Whether the caller's key has the scope `admin`. */
const isAdmin = (caller: Caller): boolean => caller.scopes.has("admin");

/** @throws ProblemError 403 */
export function requireScope(caller: Caller, scope: Scope): void {
  if (caller.scopes.has(scope) || isAdmin(caller)) return;
  throw forbidden(`This needs a key with the scope ${scope}.`);
}

/**
 * The project that a request acts in: the key's own, or for admin keys the one asked for.
 * @throws ProblemError 403
 */
export function projectFor(caller: Caller, asked: string | undefined): string {
  if (asked === undefined || asked === caller.tenant) return caller.tenant;
  if (isAdmin(caller)) return asked;
  throw forbidden("Only admin keys may name another project than their own.");
}

/** True when the caller may see what belongs to a project. */
export const mayAccess = (caller: Caller, tenant: string): boolean => caller.tenant === tenant || isAdmin(caller);

/** The jobs that counts are made of: undefined for admin keys, which count all. */
export const countedFor = (caller: Caller): ((job: OwnedJob) => boolean) | undefined =>
  isAdmin(caller) ? undefined : (job) => mayAccessJob(caller, job);

/** What says whose a job or a batch is. */
interface OwnedJob {
  readonly project_id: string;
  readonly task_name: string;
}

/**
 * True when the caller may see, revoke and retry a job or a batch. One of a task that acts on all projects is for admin
 * keys alone, whatever project it was submitted in: its result tells of the others.
 */
export const mayAccessJob = (caller: Caller, job: OwnedJob): boolean =>
  mayAccess(caller, job.project_id) && !caller.hiddenTasks.has(job.task_name);
