import type { z } from "zod";
import type { ApiKeyItem } from "../../../contracts/keys/api-keys.ts";
import { type apiKeySchema, type keyRoutes, MAX_REVOKED } from "../../../contracts/routes/keys.ts";
import { forbidden, invalid, notFound } from "../../../shared/lib/http/problem.ts";
import { iso, isoOrNull } from "../../../shared/lib/time.ts";
import { type Caller, invalidKey, isAdmin, mayAccess, projectFor } from "../caller.ts";
import type { Handlers } from "../route-handler.ts";

const present = (key: ApiKeyItem): z.output<typeof apiKeySchema> => ({
  key_id: key.key_id,
  project_id: key.project_id,
  projects: [...(key.projects ?? [])],
  scopes: [...key.scopes],
  name: key.name,
  created_at: iso(key.created_at),
  expires_at: isoOrNull(key.expires_at),
  last_used_at: isoOrNull(key.last_used_at),
  limits: { ...key.limits },
});

/** Whether a caller administers a key: admin keys all, others those of their projects that are not admin keys themselves. */
const administers = (caller: Caller, key: ApiKeyItem): boolean =>
  isAdmin(caller) || (mayAccess(caller, key.project_id) && !key.scopes.includes("admin"));

/** When a new key expires. @throws ProblemError 422 when that has been already */
function expiryOf(
  body: { readonly expires_in?: number | undefined; readonly expires_at?: string | undefined },
  now: number,
) {
  if (body.expires_in !== undefined) return now + body.expires_in * 1_000;
  if (body.expires_at === undefined) return undefined;
  const at = Date.parse(body.expires_at);
  if (at > now) return at;
  throw invalid([{ path: "/expires_at", message: "must be in the future" }]);
}

/** API keys. */
export const keyHandlers: Handlers<keyof typeof keyRoutes> = {
  async listKeys({ query, caller }, { keys }) {
    const { project_id: asked, limit, cursor } = query;
    const tenant = asked && projectFor(caller, asked);
    const page = await keys.list({
      limit,
      cursor,
      isWanted: (key) => administers(caller, key) && (tenant === undefined || key.project_id === tenant),
    });
    return { body: { keys: page.keys.map(present), next_cursor: page.nextCursor } };
  },

  getOwnKey: ({ caller }) => ({
    body: {
      key_id: caller.keyId,
      project_id: caller.tenant,
      projects: [...caller.projects],
      scopes: [...caller.scopes],
      limits: { ...caller.limits },
      expires_at: isoOrNull(caller.expiresAt),
    },
  }),

  async createKey({ body, caller }, { keys, jobs }) {
    const tenant = projectFor(caller, body.project_id);
    if (!isAdmin(caller)) {
      if (body.scopes.includes("admin")) throw forbidden("Only admin keys make admin keys.");
      for (const project of body.projects) projectFor(caller, project);
    }
    // The gateway remembers a revoked key for a minute, in which it must not make another one.
    if (!(await keys.has(caller.keyId))) throw invalidKey("been revoked");
    const now = jobs.now();
    const { key, stored } = await keys.create(
      {
        tenant,
        projects: body.projects,
        scopes: body.scopes,
        name: body.name ?? null,
        limits: body.limits,
        expiresAt: expiryOf(body, now),
      },
      now,
    );
    return { body: { ...present(stored), key } };
  },

  async revokeKey({ params, caller }, { keys }) {
    const isRevoked = await keys.revoke(params.key_id, (key) => administers(caller, key));
    if (!isRevoked) throw notFound(`There is no key ${params.key_id}.`);
    return { body: { key_id: params.key_id, status: "revoked" } };
  },

  async revokeKeys({ query, caller }, { keys }) {
    const tenant = projectFor(caller, query.project_id);
    const others: string[] = [];
    const { revoked, nextCursor } = await keys.revokeMany({
      limit: MAX_REVOKED,
      cursor: query.cursor,
      isWanted(key) {
        if (key.project_id === tenant) return administers(caller, key) && key.key_id !== caller.keyId;
        if (key.projects?.includes(tenant)) others.push(key.key_id);
        return false;
      },
    });
    return { body: { project_id: tenant, revoked, others, next_cursor: nextCursor } };
  },
};
