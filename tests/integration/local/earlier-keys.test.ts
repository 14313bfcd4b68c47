/**
 * A data directory that an earlier version left: its API keys lie among the jobs, and there is no table of keys.
 *
 * @module
 */

import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DeleteTableCommand, DynamoDBClient, waitUntilTableNotExists } from "@aws-sdk/client-dynamodb";
import { DynamoDBDocumentClient, PutCommand } from "@aws-sdk/lib-dynamodb";
import { afterAll, beforeAll, expect, it } from "vitest";
import { apiKeyId, hashApiKey, newApiKey } from "../../../contracts/keys/api-keys.ts";
import { earlierKeyItem } from "../../../contracts/keys/earlier-api-keys.ts";
import { Assembly } from "../../helpers/assembly.ts";
import { startTestStack } from "../../helpers/stack.ts";

let assembly: Assembly;
let dataDir: string;
beforeAll(async () => {
  assembly = await Assembly.synthesize();
  dataDir = await mkdtemp(join(tmpdir(), "sluice-data-"));
});
afterAll(async () => {
  await rm(dataDir, { recursive: true, force: true });
  await assembly.remove();
});

/** Makes the folder what an earlier version would have left. @returns the key that it had made */
async function leaveEarlierData(): Promise<{ key: string; keyId: string }> {
  await using earlier = await startTestStack({ assembly: assembly.directory, dataDir });
  const { endpoints, resources } = earlier.stack;
  const client = new DynamoDBClient({ ...endpoints.dynamodb });
  const tableOf = (logicalId: string) =>
    String(resources("AWS::DynamoDB::Table").find((each) => each.logicalId.startsWith(logicalId))?.ref);
  const key = newApiKey();
  const hash = await hashApiKey(key);
  const stored = { project_id: "shop", scopes: ["read"], name: "old", created_at: Date.now() } as const;
  const Item = earlierKeyItem(hash, { key_id: apiKeyId(hash), ...stored });
  await DynamoDBDocumentClient.from(client).send(new PutCommand({ TableName: tableOf("Jobs"), Item }));
  await client.send(new DeleteTableCommand({ TableName: tableOf("Keys") }));
  await waitUntilTableNotExists({ client, maxWaitTime: 30, minDelay: 0.05 }, { TableName: tableOf("Keys") });
  client.destroy();
  return { key, keyId: apiKeyId(hash) };
}

it("keys of an earlier version open the API, are listed beside new ones and can be revoked", async () => {
  const { key, keyId } = await leaveEarlierData();
  await using test = await startTestStack({ assembly: assembly.directory, dataDir });
  const headers = { authorization: `Bearer ${key}` };

  const own = await test.request("/keys/own", { headers });
  const made = await test.post("/keys", { project_id: "shop", name: "new" });
  const listed = JSON.stringify(await (await test.request("/keys")).json());
  const revoked = await test.request(`/keys/${keyId}`, { method: "DELETE" });
  const again = await test.request(`/keys/${keyId}`, { method: "DELETE" });

  expect(own.status).toBe(200);
  expect(await own.json()).toEqual({
    key_id: keyId,
    project_id: "shop",
    projects: [],
    scopes: ["read"],
    limits: {},
    expires_at: null,
  });
  expect(made.status).toBe(201);
  expect(listed).toContain('"old"');
  expect(listed).toContain('"new"');
  expect([revoked.status, again.status]).toEqual([200, 404]);
});
