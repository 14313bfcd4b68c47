import { describe, expect, it } from "vitest";
import { type ApiKeyItem, hashApiKey, newApiKey } from "../../../contracts/keys/api-keys.ts";
import { authorize } from "../../../functions/authorizer.ts";

const key = newApiKey();
const stored: ApiKeyItem = {
  key_id: "key_1",
  project_id: "acme",
  scopes: ["submit", "read"],
  name: null,
  created_at: 0,
};
const keys = { find: async (given: string) => (given === key ? stored : undefined) };
const ask = (authorization: string | undefined) =>
  authorize(keys, { headers: authorization === undefined ? {} : { authorization } });

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
    const broken = { find: () => Promise.reject(new Error("DynamoDB does not answer")) };

    await expect(authorize(broken, { headers: { authorization: `Bearer ${key}` } })).rejects.toThrow("DynamoDB");
  });
});

describe("API keys", () => {
  it("are random, recognizable and stored as a hash alone", async () => {
    expect(key).toMatch(/^slc_[0-9a-f]{48}$/);
    expect(newApiKey()).not.toBe(key);
    expect(await hashApiKey(key)).toMatch(/^[0-9a-f]{64}$/);
  });
});
