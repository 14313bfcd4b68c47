/**
 * `sluice doctor` on the embedded stack, before model servers that are odd in the ways that real ones are, over real HTTP.
 *
 * @module
 */

import { createServer, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { json } from "node:stream/consumers";
import { afterAll, beforeAll, expect, it } from "vitest";
import { z } from "zod";
import { runCli } from "../../helpers/cli.ts";
import { startTestStack, type TestStack } from "../../helpers/stack.ts";

const requestSchema = z.looseObject({
  response_format: z.looseObject({ type: z.string() }).optional(),
  max_tokens: z.number().optional(),
  max_completion_tokens: z.number().optional(),
  input: z.array(z.string()).optional(),
});
type ModelRequest = z.infer<typeof requestSchema>;
interface Reply {
  readonly status: number;
  readonly body: unknown;
  readonly type?: string;
}

const refusal = (status: number, message: string): Reply => ({ status, body: { error: { message, code: status } } });
/** What a server with one model says: text, or JSON where that is asked for. */
function completion({ response_format }: ModelRequest): Reply {
  const content = response_format ? '{"ready": true}' : "ready";
  const usage = { prompt_tokens: 12, completion_tokens: 3 };
  return { status: 200, body: { model: "tiny-1", choices: [{ message: { content }, finish_reason: "stop" }], usage } };
}
/** As when no schema was asked for, the model is asked in words and answers in a fence. */
const completionInWords = (): Reply => ({
  status: 200,
  body: { choices: [{ message: { content: '```json\n{"ready": true}\n```' }, finish_reason: "stop" }] },
});
const vectors = (length: number): Reply => ({
  status: 200,
  body: { data: [{ index: 0, embedding: Array(length).fill(0.5) }] },
});

let answer: (request: ModelRequest) => Reply = completion;
let embed: () => Reply = () => vectors(384);
let server: Server;
let stack: TestStack;

const send = (response: ServerResponse, { status, body, type = "application/json" }: Reply) =>
  response.writeHead(status, { "content-type": type }).end(typeof body === "string" ? body : JSON.stringify(body));

beforeAll(async () => {
  server = createServer(async (request, response) => {
    const body = requestSchema.parse(await json(request));
    send(response, request.url?.endsWith("/embeddings") ? embed() : answer(body));
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`;
  stack = await startTestStack({
    env: {
      LLM_BACKEND: "openai-compatible",
      LLM_SERVER_URL: url,
      EMBEDDING_BACKEND: "openai-compatible",
      EMBEDDING_SERVER_URL: url,
    },
  });
}, 400_000);
afterAll(async () => {
  await stack?.[Symbol.asyncDispose]();
  server?.closeAllConnections();
  await new Promise((done) => server?.close(done));
});

const doctor = () => runCli(["doctor"], { env: { SLUICE_URL: stack.stack.url, SLUICE_API_KEY: stack.stack.apiKey } });

// What is learnt stays for the process, so those that teach nothing come first.
it.each<[server: string, answer: () => Reply, said: RegExp]>([
  ["refuses the key", () => refusal(401, "Invalid API key"), /^FAIL +model: .*401.*Invalid API key/m],
  ["loads its model", () => refusal(503, "Loading model"), /^FAIL +model: .*503.*Loading model/m],
  [
    "is a page",
    () => ({ status: 200, body: "<html><head><title>Welcome to nginx!</title></head></html>", type: "text/html" }),
    /^FAIL +model: .*not a completion.*Welcome to nginx!/m,
  ],
  ["has no such path", () => refusal(404, "Not Found"), /^FAIL +model: .*404.*Not Found/m],
  [
    "speaks another protocol",
    () => ({ status: 200, body: { response: "hi", done: true } }),
    /^FAIL +model: .*not a completion/m,
  ],
  ["lacks the model", () => refusal(404, "model 'default' not found"), /^FAIL +model: .*model 'default' not found/m],
  ["sends elsewhere", () => ({ status: 302, body: "" }), /^FAIL +model: .*redirect/m],
])("a model server that %s", async (_, given, said) => {
  answer = given;

  const { code, stdout } = await doctor();

  expect(stdout).toMatch(said);
  expect(stdout).toMatch(/LLM_SERVER_URL, LLM_MODEL and the key are the settings/);
  expect(code).toBe(1);
});

it.each<[server: string, embed: () => Reply, said: RegExp]>([
  ["vectors of another length", () => vectors(768), /^FAIL +search: .*768 dimensions.*EMBEDDING_DIMENSIONS/m],
  [
    "zeros",
    () => ({ status: 200, body: { data: [{ index: 0, embedding: Array(384).fill(0) }] } }),
    /^FAIL +search: .*zeros/m,
  ],
  ["too few vectors", () => ({ status: 200, body: { data: [] } }), /^FAIL +search: .*0 vectors for 1 text/m],
  ["a page", () => ({ status: 200, body: "<html></html>", type: "text/html" }), /^FAIL +search: .*without vectors/m],
])("an embedding server that gives %s, though nothing is embedded yet", async (_, given, said) => {
  answer = completion;
  embed = given;

  const { code, stdout } = await doctor();
  embed = () => vectors(384);

  expect(stdout).toMatch(said);
  expect(code).toBe(1);
});

it("a model server that takes everything", async () => {
  answer = completion;

  const { code, stdout } = await doctor();

  expect(stdout).toMatch(/^OK +model: tiny-1 answers in /m);
  expect(stdout).toMatch(/^OK +model, with a schema: takes response_format/m);
  expect(stdout).toMatch(/^OK +search: answers/m);
  expect(code).toBe(0);
});

it("a model server that answers a schema with prose is told of, and is not a failure", async () => {
  answer = () => ({ status: 200, body: { choices: [{ message: { content: "I am ready." }, finish_reason: "stop" }] } });

  const { code, stdout } = await doctor();

  expect(stdout).toMatch(/^WARN +model, with a schema: .*did not answer with a JSON object/m);
  expect(code).toBe(0);
});

it("a model server that refuses max_tokens, and response_format in both forms", async () => {
  answer = (request) => {
    if (request.max_tokens !== undefined)
      return refusal(400, "Unsupported parameter: 'max_tokens'. Use 'max_completion_tokens' instead.");
    if (request.response_format)
      return refusal(400, `response_format ${request.response_format.type} is not supported`);
    return completionInWords();
  };

  const { code, stdout } = await doctor();

  expect(stdout).toMatch(/^OK +model, with a schema: .*response_format none.*LLM_RESPONSE_FORMAT=none/m);
  expect(stdout).toMatch(/max_tokens was refused; max_completion_tokens is sent/);
  expect(code).toBe(0);
});
