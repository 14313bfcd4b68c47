import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { z } from "zod";
import { createdKeySchema, keyRoutes } from "../../../contracts/routes/keys.ts";
import { authorize } from "../../../functions/authorizer.ts";
import { TestApi } from "../../helpers/test-api.ts";

let api: TestApi;
beforeAll(async () => {
  api = await TestApi.start();
});
afterAll(() => api.close());

const admin = { key: { projectId: "ops", scopes: ["admin"] as const } };
const listSchema: z.ZodType<{ keys: { key_id: string }[]; next_cursor: string | null }> =
  keyRoutes.listKeys.response.schema;

const ask = (key: string) => authorize(api.keys, { headers: { authorization: `Bearer ${key}` } });

async function create(body: Record<string, unknown> = {}) {
  const answer = await api.call("POST", "/keys", { ...admin, body });
  expect(answer.status).toBe(201);
  return createdKeySchema.parse(answer.body);
}

describe("API keys", () => {
  it("are shown once, and then open the API for their project and scopes", async () => {
    const { key, ...made } = await create({ project_id: "acme", scopes: ["read", "submit"], name: "batch jobs" });

    const listed = await api.call("GET", "/keys", admin);

    expect(JSON.stringify(listed.body)).not.toContain(key);
    expect(listSchema.parse(listed.body).keys).toContainEqual(made);
    expect(await ask(key)).toEqual({
      isAuthorized: true,
      context: { key_id: made.key_id, project_id: "acme", scopes: "submit read" },
    });
  });

  it("belong to the caller's project and may submit and read, when nothing else is said", async () => {
    expect(await create()).toMatchObject({ project_id: "ops", scopes: ["submit", "read"], name: null });
  });

  it("open nothing once revoked", async () => {
    const { key, key_id: id } = await create();

    const answer = await api.call("DELETE", `/keys/${id}`, admin);
    const again = await api.call("DELETE", `/keys/${id}`, admin);

    expect(answer).toMatchObject({ status: 200, body: { key_id: id, status: "revoked" } });
    expect(again.status).toBe(404);
    expect(await ask(key)).toEqual({ isAuthorized: false });
  });

  it("are listed newest first, a page at a time", async () => {
    for (let index = 0; index < 3; index++) await create();
    const all = listSchema.parse((await api.call("GET", "/keys?limit=100", admin)).body);

    const first = listSchema.parse((await api.call("GET", "/keys?limit=2", admin)).body);
    const rest = listSchema.parse((await api.call("GET", `/keys?limit=100&cursor=${first.next_cursor}`, admin)).body);

    expect(all.next_cursor).toBeNull();
    expect([...first.keys, ...rest.keys]).toEqual(all.keys);
  });

  it("cannot be made, seen or revoked without the scope admin", async () => {
    const { key_id: id } = await create();

    for (const [method, path] of [
      ["GET", "/keys"],
      ["POST", "/keys"],
      ["DELETE", `/keys/${id}`],
    ] as const) {
      expect((await api.call(method, path)).status).toBe(403);
    }
  });
});
