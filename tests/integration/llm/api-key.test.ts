import { createServer } from "node:http";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from "vitest";
import { AuthenticationError } from "../../../contracts/errors.ts";
import { llmSettings } from "../../../contracts/settings/llm.ts";
import { parseSettings } from "../../../contracts/settings/parse-settings.ts";
import { apiKey, forgetApiKey } from "../../../shared/capabilities/llm/api-key.ts";
import { languageModel } from "../../../shared/capabilities/llm/backends.ts";
import { startLlmServer } from "../../helpers/llm-server.ts";

/** The wire protocols of Secrets Manager and of SSM, one secret at a time. */
let reads = 0;
const targets: unknown[] = [];
let secret: string | undefined;
const server = createServer((request, response) => {
  reads++;
  const target = request.headers["x-amz-target"];
  targets.push(target);
  request.resume();
  response.setHeader("content-type", "application/x-amz-json-1.1");
  if (secret === undefined) {
    response.writeHead(400).end(JSON.stringify({ __type: "ResourceNotFoundException", message: "no such secret" }));
  } else if (target === "AmazonSSM.GetParameter") {
    response.end(JSON.stringify({ Parameter: { Name: "/llm/key", Type: "SecureString", Value: secret } }));
  } else response.end(JSON.stringify({ Name: "llm", SecretString: secret }));
});

beforeAll(() => new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve)));
afterAll(() => server.close());
beforeEach(() => {
  reads = 0;
  const address = server.address();
  const url = `http://127.0.0.1:${typeof address === "object" ? address?.port : 0}`;
  vi.stubEnv("AWS_ENDPOINT_URL_SECRETS_MANAGER", url);
  vi.stubEnv("AWS_ENDPOINT_URL_SSM", url);
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

test.each(["/llm/key", "arn:aws:ssm:eu-central-1:123456789012:parameter/llm/key"])(
  "a key in the SSM parameter %s is read from there, and a missing one is an AuthenticationError",
  async (reference) => {
    secret = undefined;
    await expect(apiKey(reference)).rejects.toThrow(AuthenticationError);
    secret = "sk-parameter";

    expect(await apiKey(reference)).toBe("sk-parameter");
    expect(targets.slice(-2)).toEqual(["AmazonSSM.GetParameter", "AmazonSSM.GetParameter"]);
  },
);

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
