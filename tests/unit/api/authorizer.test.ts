import { describe, expect, it } from "vitest";
import { type ApiKeyItem, hashApiKey, newApiKey } from "../../../contracts/keys/api-keys.ts";
import { type AuthorizerServices, authorize } from "../../../functions/authorizer.ts";

const key = newApiKey();
const stored: ApiKeyItem = {
  key_id: "key_1",
  project_id: "acme",
  scopes: ["submit", "read"],
  name: null,
  created_at: 0,
};
const NOW = Date.UTC(2026, 10, 30, 9, 30);
const services = {
  keys: { find: async (given: string) => (given === key ? stored : undefined), noteUse: async () => {} },
  now: () => NOW,
  warn: () => {},
};
const ask = (authorization: string | undefined, own: Partial<AuthorizerServices> = {}) =>
  authorize({ ...services, ...own }, { headers: authorization === undefined ? {} : { authorization } });

describe("the authorizer", () => {
  it("tells who holds a key", async () => {
    expect(await ask(`Bearer ${key}`)).toEqual({
      isAuthorized: true,
      context: { key_id: "key_1", project_id: "acme", scopes: "submit read" },
    });
  });

  it("takes the scheme in any case", async () => {
    expect((await ask(`bearer ${key}`)).isAuthorized).toBe(true);
  });

  it.each([undefined, "", "Bearer", "Bearer ", key, `Basic ${key}`, `Bearer ${key} x`, `Bearer ${newApiKey()}`])(
    "denies %j",
    async (header) => {
      expect(await ask(header)).toEqual({ isAuthorized: false });
    },
  );

  it("neither admits nor denies when the key cannot be looked up", async () => {
    const keys = { ...services.keys, find: () => Promise.reject(new Error("DynamoDB does not answer")) };

    await expect(ask(`Bearer ${key}`, { keys })).rejects.toThrow("DynamoDB");
  });

  it("admits a key until it expires, and hands the time on", async () => {
    const expiring = (expires_at: number) => ({
      keys: { ...services.keys, find: async () => ({ ...stored, expires_at }) },
    });

    expect(await ask(`Bearer ${key}`, expiring(NOW + 1))).toMatchObject({ context: { expires_at: String(NOW + 1) } });
    expect(await ask(`Bearer ${key}`, expiring(NOW))).toEqual({ isAuthorized: false });
  });

  it("answers although the use of a key cannot be noted, and says so in the log", async () => {
    const warned: unknown[] = [];
    const keys = { ...services.keys, noteUse: () => Promise.reject(new Error("throttled")) };

    const verdict = await ask(`Bearer ${key}`, { keys, warn: (...line) => warned.push(line) });

    expect(verdict.isAuthorized).toBe(true);
    expect(warned).toEqual([["the use of a key was not noted", { key_id: "key_1", error: new Error("throttled") }]]);
  });

  it("does not wait for a write that takes long", async () => {
    const keys = { ...services.keys, noteUse: () => new Promise<void>(() => {}) };

    expect((await ask(`Bearer ${key}`, { keys })).isAuthorized).toBe(true);
  });
});

describe("API keys", () => {
  it("are random, recognizable and stored as a hash alone", async () => {
    expect(key).toMatch(/^slc_[0-9a-f]{48}$/);
    expect(newApiKey()).not.toBe(key);
    expect(await hashApiKey(key)).toMatch(/^[0-9a-f]{64}$/);
  });
});
