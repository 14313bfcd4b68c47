/**
 * Deploys the stacks with the CDK CLI to an emulator, and finds out where the API is.
 *
 * @module
 */

import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { DynamoDBDocumentClient, PutCommand } from "@aws-sdk/lib-dynamodb";
import { getLoadablePath } from "sqlite-vec";
import { z } from "zod";
import { apiKeyId, apiKeyItem, hashApiKey, newApiKey } from "../../contracts/keys/api-keys.ts";
import { runTool } from "../../scripts/run-tool.ts";
import { boundSettings } from "./suite/bounds.ts";

const STACKS = ["storage", "tasks", "api", "observability"] as const;
/** The stage that is deployed. */
export const STAGE = "e2e";

const outputsSchema = z.object({
  [`sluice-${STAGE}-storage`]: z.object({ KeyTableName: z.string() }),
  [`sluice-${STAGE}-api`]: z.object({ ApiId: z.string(), ApiUrl: z.string() }),
});

/** Settings of the first deployment that the second one changes; each of the four stacks has one of them. */
const firstSettings = {
  ...{ LOG_LEVEL: "ERROR", WORKER_CONCURRENCY: "3" },
  ...{ SLUICE_CORS_ORIGINS: "https://first.example.com", SLUICE_DASHBOARD: "none" },
};

export interface Deployment {
  readonly url: string;
  readonly adminKey: string;
}

/**
 * Deploys all stacks, and then again with other settings: what the tests find is a stage that was updated.
 * @param endpoint the emulator's address
 * @param vectors file for the vectors
 * @throws Error when the CLI fails, or the API does not answer
 */
export async function deploy(endpoint: string, vectors: string): Promise<Deployment> {
  const env = emulatorEnvironment(endpoint, vectors);
  const folder = await mkdtemp(join(tmpdir(), "sluice-e2e-"));
  try {
    const outputs = join(folder, "outputs.json");
    // A region that was never used for CDK lacks the bucket for code and the roles to deploy with.
    await tool("cdk", ["bootstrap", "aws://000000000000/us-east-1", "--no-color", "--ci"], env);
    const stage = ["--stage", STAGE, "--yes", "--no-dotenv", "--outputs-file", outputs];
    await tool("deploy", [...STACKS, ...stage], { ...env, ...firstSettings });
    await tool("deploy", [...STACKS, ...stage], env);
    const parsed = outputsSchema.parse(JSON.parse(await readFile(outputs, "utf8")));
    const { ApiId, ApiUrl } = parsed[`sluice-${STAGE}-api`];
    return {
      url: await findApi(endpoint, ApiId, ApiUrl),
      adminKey: await bootstrapKey(endpoint, parsed[`sluice-${STAGE}-storage`].KeyTableName, env),
    };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Nothing of a real account: emulators take any credentials. */
export function emulatorEnvironment(endpoint: string, vectors: string): Record<string, string | undefined> {
  const inherited = Object.entries(process.env).filter(([name]) => !/^(AWS_|LLM_|SLUICE_)/.test(name));
  return {
    ...Object.fromEntries(inherited),
    ...{ AWS_ACCESS_KEY_ID: "test", AWS_SECRET_ACCESS_KEY: "test", AWS_REGION: "us-east-1" },
    ...{ AWS_ENDPOINT_URL: endpoint, AWS_ENDPOINT_URL_S3: endpoint, AWS_EC2_METADATA_DISABLED: "true" },
    // Emulators know no S3 Vectors, and some run functions on this machine, which has a file system.
    ...{ VECTOR_STORE: "sqlite", SQLITE_VECTORS_PATH: vectors, SQLITE_VEC_EXTENSION: getLoadablePath() },
    // Webhooks go to a receiver of the test, on this machine.
    ...{ WEBHOOK_ALLOW_LOOPBACK: "true", SLUICE_FAMILIES: "all" },
    ...boundSettings,
    ...{ SLUICE_STAGE: STAGE, CDK_DISABLE_CLI_TELEMETRY: "true" },
  };
}

async function tool(name: "cdk" | "deploy", args: readonly string[], env: Record<string, string | undefined>) {
  const code = await runTool(name, args, env);
  if (code !== 0) throw new Error(`${name} ${args[0]} ended with ${code}.`);
}

/** Where the API answers: its own host name when that resolves, else a path of the emulator. */
async function findApi(endpoint: string, apiId: string, apiUrl: string): Promise<string> {
  const emulated = `${endpoint.replace(/\/+$/, "")}/_aws/execute-api/${apiId}`;
  const candidates = [emulated, `${emulated}/$default`, apiUrl];
  const tried: string[] = [];
  for (const url of candidates) {
    try {
      const { status } = await fetch(`${url}/health`, { signal: AbortSignal.timeout(30_000) });
      if (status === 200) return url;
      tried.push(`${url}: ${status}`);
    } catch (error) {
      tried.push(`${url}: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
  throw new Error(`The deployed API does not answer /health at\n  ${tried.join("\n  ")}`);
}

/** Writes the first admin key into the table, as an operator with AWS credentials would. */
async function bootstrapKey(
  endpoint: string,
  tableName: string,
  { AWS_REGION: region = "us-east-1" }: Record<string, string | undefined>,
): Promise<string> {
  const client = new DynamoDBClient({
    endpoint,
    region,
    credentials: { accessKeyId: "test", secretAccessKey: "test" },
  });
  const key = newApiKey();
  const hash = await hashApiKey(key);
  const stored = { key_id: apiKeyId(hash), project_id: "e2e-admin", scopes: ["admin"], name: "bootstrap" } as const;
  const item = apiKeyItem(hash, { ...stored, created_at: Date.now() });
  await DynamoDBDocumentClient.from(client).send(new PutCommand({ TableName: tableName, Item: item }));
  client.destroy();
  return key;
}
