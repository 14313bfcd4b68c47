import { GetCommand, PutCommand, UpdateCommand } from "@aws-sdk/lib-dynamodb";
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

const ask = (key: string, { keys = api.keys, at = Date.now() }: { keys?: Authorized; at?: number } = {}) =>
  authorize({ keys, now: () => at, warn: () => {} }, { headers: { authorization: `Bearer ${key}` } });
type Authorized = Parameters<typeof authorize>[0]["keys"];

const storedKey = async (keyId: string) =>
  (await api.jobs.store.table.document.send(new GetCommand({ TableName: KEY_TABLE, Key: { key_id: keyId } }))).Item;

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

describe("keys that expire", () => {
  it("open nothing from then on, also while the gateway remembers them", async () => {
    const { key, expires_at } = await create({ expires_in: 3_600 });
    const at = Date.parse(expires_at ?? "");

    expect(Math.abs(at - Date.now() - 3_600_000)).toBeLessThan(60_000);
    const verdict = await ask(key, { at: at - 1 });
    expect(verdict).toMatchObject({ isAuthorized: true, context: { expires_at: String(at) } });
    expect(await ask(key, { at })).toEqual({ isAuthorized: false });
    const remembered = await api.call("GET", "/keys/own", { key: { expiresAt: Date.now() - 1 } });
    expect(remembered).toMatchObject({ status: 401, body: { detail: "The API key has expired." } });
    const own = await api.call("GET", "/keys/own", { key: { expiresAt: at } });
    expect(own.body).toMatchObject({ expires_at });
  });

  it("are removed a week later by DynamoDB", async () => {
    const { key_id, expires_at } = await create({ expires_at: "2030-01-01T01:00:00+01:00" });

    expect(expires_at).toBe("2030-01-01T00:00:00.000Z");
    expect((await storedKey(key_id))?.ttl).toBe(Date.UTC(2030, 0, 8) / 1_000);
    expect(await storedKey((await create()).key_id)).not.toHaveProperty("ttl");
  });

  it.each([
    { expires_in: 59 },
    { expires_in: 60, expires_at: "2030-01-01T00:00:00Z" },
    { expires_at: "2020-01-01T00:00:00Z" },
    { expires_at: "tomorrow" },
  ])("are refused as %j", async (body) => {
    expect((await api.call("POST", "/keys", { ...admin, body })).status).toBe(422);
  });
});

describe("the last use of a key", () => {
  it("is noted by the hour, with one write in each", async () => {
    const { key, key_id, last_used_at } = await create();
    let writes = 0;
    const counting: Authorized = {
      find: (each) => api.keys.find(each),
      noteUse: (...use) => {
        noted = note(...use);
        return noted;
      },
    };
    // An authorizer waits for a note only so long: the test waits for all of it.
    let noted = Promise.resolve();
    const note = async (...use: Parameters<Authorized["noteUse"]>): Promise<void> => {
      const before = await storedKey(key_id);
      await api.keys.noteUse(...use);
      if ((await storedKey(key_id))?.last_used_at !== before?.last_used_at) writes += 1;
    };
    const nine = Date.UTC(2026, 10, 30, 9);

    expect(last_used_at).toBeNull();
    for (const minutes of [1, 30, 59, 60, 61]) {
      await ask(key, { keys: counting, at: nine + minutes * 60_000 });
      await noted;
    }

    expect(writes).toBe(2);
    const { keys } = listSchema.parse((await api.call("GET", "/keys?limit=100", admin)).body);
    expect(keys.find((each) => each.key_id === key_id)).toMatchObject({ last_used_at: "2026-11-30T10:00:00.000Z" });
    // An authorizer whose read was earlier does not turn it back.
    await api.keys.noteUse({ ...(await api.keys.find(key)), key_id, last_used_at: 0 } as never, nine);
    expect((await storedKey(key_id))?.last_used_at).toBe(nine + 3_600_000);
  });

  it("makes no key again that was revoked in the meantime, and writes none of an earlier version", async () => {
    const { key, key_id } = await create();
    const found = await api.keys.find(key);
    await api.call("DELETE", `/keys/${key_id}`, admin);
    if (found) await api.keys.noteUse(found, Date.now());
    const earlier = await storeEarlier("acme");
    await ask(earlier.key);

    expect(await storedKey(key_id)).toBeUndefined();
    expect(await storedKey(earlier.key_id)).toBeUndefined();
  });
});

describe("a key that administers its project", () => {
  const own = { key: { tenant: "acme", scopes: ["project_admin"] as const } };
  const make = (body: Record<string, unknown>) => api.call("POST", "/keys", { ...own, body });

  it("makes keys of its project, and none that reach further than itself", async () => {
    expect((await make({})).body).toMatchObject({ project_id: "acme", scopes: ["submit", "read"] });
    expect((await make({ scopes: ["project_admin"], project_id: "acme" })).status).toBe(201);
    for (const body of [
      { project_id: "other" },
      { projects: ["other"] },
      { projects: ["*"] },
      { scopes: ["read", "admin"] },
    ]) {
      expect((await make(body)).status, JSON.stringify(body)).toBe(403);
    }
  });

  it("makes no other one after it was revoked, though the gateway remembers it for a minute", async () => {
    const leaked = await create({ project_id: "acme", scopes: ["project_admin"] });
    const asks = { key: { ...own.key, keyId: leaked.key_id }, body: {} };
    expect((await api.call("POST", "/keys", asks)).status).toBe(201);

    await api.call("DELETE", `/keys/${leaked.key_id}`, admin);

    expect(await api.call("POST", "/keys", asks)).toMatchObject({
      status: 401,
      body: { detail: "The API key has been revoked." },
    });
  });

  it("sees and revokes those of its project alone, and no admin keys", async () => {
    const mine = await create({ project_id: "acme" });
    const earlier = await storeEarlier("acme");
    const others = [await create({ project_id: "other" }), await create({ project_id: "acme", scopes: ["admin"] })];
    others.push({ ...(await storeEarlier("other")) } as never);

    const { keys } = listSchema.parse((await api.call("GET", "/keys?limit=100", own)).body);
    const ids = keys.map(({ key_id }) => key_id);

    expect(ids).toEqual(expect.arrayContaining([mine.key_id, earlier.key_id]));
    for (const { key_id } of others) {
      expect(ids).not.toContain(key_id);
      expect((await api.call("DELETE", `/keys/${key_id}`, own)).status).toBe(404);
    }
    expect((await api.call("GET", "/keys?project_id=other", own)).status).toBe(403);
    expect((await api.call("DELETE", "/keys?project_id=other", own)).status).toBe(403);
    for (const { key_id } of [mine, earlier]) {
      expect((await api.call("DELETE", `/keys/${key_id}`, own)).status).toBe(200);
    }
  });
});

describe("revoking all keys of a project", () => {
  const revoke = (query: string, caller = admin) => api.call("DELETE", `/keys?${query}`, caller);

  it("goes on to its end, spares the key that asks, and names those of others that act for the project", async () => {
    const stored = { tenant: "leaky", scopes: ["read"], name: null } as const;
    const start = Date.now() - 10_000_000;
    for (let index = 0; index < 203; index++) await api.keys.create(stored, start + index);
    const asking = await create({ project_id: "leaky", scopes: ["admin"] });
    const acting = await create({ project_id: "partner", projects: ["leaky"] });
    const earlier = await storeEarlier("leaky");
    const caller = { key: { ...admin.key, keyId: asking.key_id } };

    const first = await revoke("project_id=leaky", caller);
    const rest = await revoke(`project_id=leaky&cursor=${(first.body as { next_cursor: string }).next_cursor}`, caller);

    expect(first.body).toMatchObject({ project_id: "leaky", revoked: 200, others: [acting.key_id] });
    expect(rest.body).toEqual({ project_id: "leaky", revoked: 4, others: [], next_cursor: null });
    expect(await ask(earlier.key)).toEqual({ isAuthorized: false });
    const left = listSchema.parse((await api.call("GET", "/keys?project_id=leaky&limit=100", admin)).body);
    expect(left.keys.map(({ key_id }) => key_id)).toEqual([asking.key_id]);
    expect((await ask(acting.key)).isAuthorized).toBe(true);
  });

  it("needs the project's name, and leaves admin keys out for one that only administers the project", async () => {
    const mighty = await create({ project_id: "small", scopes: ["admin"] });
    await create({ project_id: "small" });

    expect((await revoke("")).status).toBe(422);
    const answer = await revoke("project_id=small", {
      key: { tenant: "small", scopes: ["project_admin"] },
    } as unknown as typeof admin);

    expect(answer.body).toMatchObject({ revoked: 1, next_cursor: null });
    expect((await ask(mighty.key)).isAuthorized).toBe(true);
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
