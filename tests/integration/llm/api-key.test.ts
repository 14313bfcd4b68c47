import { createServer } from "node:http";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from "vitest";
import { AuthenticationError } from "../../../contracts/errors.ts";
import { llmSettings, parseSettings } from "../../../contracts/settings.ts";
import { apiKey, forgetApiKey } from "../../../shared/llm/api-key.ts";
import { languageModel } from "../../../shared/llm/backends.ts";
import { startLlmServer } from "../../helpers/llm-server.ts";

/** Secrets Manager's wire protocol, one secret at a time. */
let reads = 0;
let secret: string | undefined;
const server = createServer((request, response) => {
  reads++;
  request.resume();
  response.setHeader("content-type", "application/x-amz-json-1.1");
  if (secret === undefined) {
    response.writeHead(400).end(JSON.stringify({ __type: "ResourceNotFoundException", message: "no such secret" }));
  } else response.end(JSON.stringify({ Name: "llm", SecretString: secret }));
});

beforeAll(() => new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve)));
afterAll(() => server.close());
beforeEach(() => {
  reads = 0;
  const address = server.address();
  vi.stubEnv("AWS_ENDPOINT_URL_SECRETS_MANAGER", `http://127.0.0.1:${typeof address === "object" ? address?.port : 0}`);
  vi.stubEnv("AWS_REGION", "eu-central-1");
  vi.stubEnv("AWS_ACCESS_KEY_ID", "AKIDEXAMPLE");
  vi.stubEnv("AWS_SECRET_ACCESS_KEY", "secret");
});
afterEach(() => forgetApiKey("llm"));

test.each([
  ["plain text", "sk-plain\n", "sk-plain"],
  ["JSON", '{"api_key":"sk-json"}', "sk-json"],
])("a key in %s is read once", async (_, stored, key) => {
  secret = stored;

  const keys = await Promise.all([apiKey("llm"), apiKey("llm"), apiKey("llm")]);

  expect(keys).toEqual([key, key, key]);
  expect(reads).toBe(1);
});

test("a secret that is missing or holds no key is an AuthenticationError, and is read again next time", async () => {
  secret = undefined;
  await expect(apiKey("llm")).rejects.toThrow(AuthenticationError);
  secret = '{"other":1}';
  await expect(apiKey("llm")).rejects.toThrow(AuthenticationError);

  secret = "sk-late";

  expect(await apiKey("llm")).toBe("sk-late");
});

test("the key goes to the server as a bearer token, and a refused one is forgotten", async () => {
  secret = "sk-old";
  await using llm = await startLlmServer();
  const model = await languageModel(
    parseSettings(llmSettings, { LLM_BACKEND: "vllm", LLM_SERVER_URL: llm.url, LLM_API_KEY_SECRET: "llm" }),
  );
  const generate = () =>
    model.generate({ system: "", prompt: "Hi", task: { name: "t", input: {} }, signal: new AbortController().signal });

  await generate();
  llm.next({ kind: "status", status: 401 });
  await expect(generate()).rejects.toThrow(AuthenticationError);
  secret = "sk-new";
  await generate();

  expect(llm.requests.map(({ headers }) => headers.authorization)).toEqual([
    "Bearer sk-old",
    "Bearer sk-old",
    "Bearer sk-new",
  ]);
});
