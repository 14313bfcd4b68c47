import type { z } from "zod";
import type { ApiKeyItem } from "../../../contracts/keys/api-keys.ts";
import type { apiKeySchema, keyRoutes } from "../../../contracts/routes/keys.ts";
import { notFound } from "../../../shared/lib/http/problem.ts";
import type { Handlers } from "../route-handler.ts";

const present = (key: ApiKeyItem): z.output<typeof apiKeySchema> => ({
  key_id: key.key_id,
  project_id: key.project_id,
  projects: [...(key.projects ?? [])],
  scopes: [...key.scopes],
  name: key.name,
  created_at: new Date(key.created_at).toISOString(),
  limits: { ...key.limits },
});

/** API keys. All but the caller's own need an admin key, so they span projects. */
export const keyHandlers: Handlers<keyof typeof keyRoutes> = {
  async listKeys({ query }, { keys }) {
    const page = await keys.list(query.limit, query.cursor);
    return { body: { keys: page.keys.map(present), next_cursor: page.nextCursor } };
  },

  getOwnKey: ({ caller }) => ({
    body: {
      key_id: caller.keyId,
      project_id: caller.tenant,
      projects: [...caller.projects],
      scopes: [...caller.scopes],
      limits: { ...caller.limits },
    },
  }),

  async createKey({ body, caller }, { keys }) {
    const { key, stored } = await keys.create({
      tenant: body.project_id ?? caller.tenant,
      projects: body.projects,
      scopes: body.scopes,
      name: body.name ?? null,
      limits: body.limits,
    });
    return { body: { ...present(stored), key } };
  },

  async revokeKey({ params }, { keys }) {
    if (!(await keys.revoke(params.key_id))) throw notFound(`There is no key ${params.key_id}.`);
    return { body: { key_id: params.key_id, status: "revoked" } };
  },
};
