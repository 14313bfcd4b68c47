import { PutCommand, UpdateCommand } from "@aws-sdk/lib-dynamodb";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { z } from "zod";
import { apiKeyId, apiKeyItem, hashApiKey, newApiKey } from "../../../contracts/keys/api-keys.ts";
import { earlierKeyItem } from "../../../contracts/keys/earlier-api-keys.ts";
import { createdKeySchema, keyRoutes } from "../../../contracts/routes/keys.ts";
import { authorize } from "../../../functions/authorizer.ts";
import { KEY_TABLE } from "../../helpers/emulated-services.ts";
import { TestApi } from "../../helpers/test-api.ts";

let api: TestApi;
beforeAll(async () => {
  api = await TestApi.start();
});
afterAll(() => api.close());

const admin = { key: { tenant: "ops", scopes: ["admin"] as const } };
const listSchema: z.ZodType<{ keys: { key_id: string }[]; next_cursor: string | null }> =
  keyRoutes.listKeys.response.schema;

/** Stores a key as earlier versions did. */
async function storeEarlier(tenant: string, createdAt = Date.now()) {
  const key = newApiKey();
  const hash = await hashApiKey(key);
  const stored = { key_id: apiKeyId(hash), project_id: tenant, scopes: ["read"], name: null } as const;
  await put(earlierKeyItem(hash, { ...stored, created_at: createdAt }));
  return { key, key_id: stored.key_id, hash };
}

const put = (item: Record<string, unknown>) =>
  api.jobs.store.table.document.send(new PutCommand({ TableName: api.jobs.store.table.name, Item: item }));

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
      context: { key_id: made.key_id, key_name: "batch jobs", project_id: "acme", scopes: "submit read" },
    });
  });

  it("belong to the caller's project and may submit and read, when nothing else is said", async () => {
    expect(await create()).toMatchObject({ project_id: "ops", scopes: ["submit", "read"], name: null });
  });

  it("carry limits of the language model, which the gateway hands on; one without limits says {}", async () => {
    const limits = { requests_per_minute: 3, tokens_per_day: 5_000 };
    const { key, limits: made, key_id } = await create({ limits });

    expect(made).toEqual(limits);
    const verdict = await ask(key);
    expect(verdict).toMatchObject({ context: { limits: JSON.stringify(limits) } });
    const own = await api.call("GET", "/keys/own", { key: { keyId: key_id, limits: JSON.stringify(limits) } });
    expect(own.body).toMatchObject({ limits });
    const plain = await create();
    expect(plain.limits).toEqual({});
    expect(await ask(plain.key)).not.toHaveProperty("context.limits");
    for (const wrong of [
      { concurrent_calls: 0 },
      { concurrent_calls: 201 },
      { requests: 3 },
      { tokens_per_day: 1.5 },
    ]) {
      const refused = await api.call("POST", "/keys", { ...admin, body: { limits: wrong } });
      expect(refused.status, JSON.stringify(wrong)).toBe(422);
    }
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

describe("API keys of an earlier version, stored among the jobs", () => {
  it("still open the API until they are revoked", async () => {
    const { key, key_id } = await storeEarlier("acme");

    expect(await ask(key)).toEqual({
      isAuthorized: true,
      context: { key_id, project_id: "acme", scopes: "read" },
    });
    expect((await api.call("DELETE", `/keys/${key_id}`, admin)).status).toBe(200);
    expect((await api.call("DELETE", `/keys/${key_id}`, admin)).status).toBe(404);
    expect(await ask(key)).toEqual({ isAuthorized: false });
  });

  it("are listed among the others by creation, each once, a page at a time", async () => {
    const start = Date.now() + 3_600_000;
    const made: string[] = [];
    for (let index = 0; index < 6; index++) {
      const stored = { tenant: "acme", scopes: ["read"], name: null } as const;
      const isEarlier = index % 2 === 0;
      const { key_id } = isEarlier
        ? await storeEarlier("acme", start + index)
        : (await api.keys.create(stored, start + index)).stored;
      made.unshift(key_id);
    }

    const listed: string[] = [];
    let cursor: string | null = null;
    do {
      const query: string = cursor === null ? "" : `&cursor=${cursor}`;
      const page = listSchema.parse((await api.call("GET", `/keys?limit=2${query}`, admin)).body);
      expect(page.keys.length).toBeLessThanOrEqual(2);
      listed.push(...page.keys.map((each) => each.key_id));
      cursor = page.next_cursor;
    } while (cursor !== null);

    expect(listed.slice(0, 6)).toEqual(made);
    expect(new Set(listed).size).toBe(listed.length);
  });

  it("are revoked in both places when they are in both, as the embedded stack's own key", async () => {
    const { key, key_id, hash } = await storeEarlier("acme");
    const stored = { key_id, project_id: "acme", scopes: ["read"], name: null, created_at: Date.now() } as const;
    await api.jobs.store.table.document.send(new PutCommand({ TableName: KEY_TABLE, Item: apiKeyItem(hash, stored) }));

    const listed = listSchema.parse((await api.call("GET", "/keys?limit=100", admin)).body);
    await api.call("DELETE", `/keys/${key_id}`, admin);

    expect(listed.keys.filter((each) => each.key_id === key_id)).toHaveLength(1);
    expect(await ask(key)).toEqual({ isAuthorized: false });
  });

  it("are found by their whole hash: one that begins alike opens nothing", async () => {
    const { key, key_id } = await create();
    const hash = await hashApiKey(key);
    const TableName = KEY_TABLE;
    await api.jobs.store.table.document.send(
      new UpdateCommand({
        TableName,
        Key: { key_id },
        UpdateExpression: "SET #hash = :other",
        ExpressionAttributeNames: { "#hash": "hash" },
        ExpressionAttributeValues: { ":other": `${hash.slice(0, 16)}${"0".repeat(48)}` },
      }),
    );

    expect(await ask(key)).toEqual({ isAuthorized: false });
  });
});

describe("an item that a function which runs tasks puts into the list of keys", () => {
  /** All that such a function may write: any item whose own key is not an API key's. */
  const forge = (pk: string, more: Record<string, unknown> = {}) =>
    put({ pk, sk: "head", list_pk: "KEYS", list_sk: `9999-12-31T23:59:59.999Z#${pk.slice(2)}`, ...more });

  it("keeps no key from being revoked, and no list from being read", async () => {
    const earlier = await storeEarlier("acme");
    const own = await create();
    for (const { key_id } of [earlier, own]) await forge(`J#${key_id.slice("key_".length)}${"0".repeat(48)}`);
    await forge("J#", { scopes: "admin", created_at: "never" });

    const listed = listSchema.parse((await api.call("GET", "/keys?limit=100", admin)).body);
    const revoked = [earlier, own].map(({ key_id }) => api.call("DELETE", `/keys/${key_id}`, admin));

    expect(listed.keys.map((each) => each.key_id)).toEqual(expect.arrayContaining([earlier.key_id, own.key_id]));
    expect((await Promise.all(revoked)).map(({ status }) => status)).toEqual([200, 200]);
    expect(await ask(earlier.key)).toEqual({ isAuthorized: false });
    expect(await ask(own.key)).toEqual({ isAuthorized: false });
  });
});
