/**
 * A real HTTP server that speaks OpenAI's chat completions and misbehaves on demand, for tests of what really goes
 * over the wire. In a test: `await using server = await startLlmServer()`. Alone, steered over HTTP:
 * `node tests/helpers/llm-server.ts --port 8080 --behaviour 429:2`, then `PUT /__behaviour`, `GET /__requests`.
 */
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { parseArgs } from "node:util";
import { z } from "zod";
import { sampleOf } from "./schema-sample.ts";

const behaviourSchema = z.discriminatedUnion("kind", [
  /** A completion. `content` is the model's text; without it the server makes one up that fits the request. */
  z.object({ kind: z.literal("answer"), content: z.string().optional(), delay_ms: z.number().optional() }),
  z.object({
    kind: z.literal("status"),
    status: z.number().int(),
    headers: z.record(z.string(), z.string()).optional(),
    body: z.string().optional(),
  }),
  /** Takes the request and never answers. */
  z.object({ kind: z.literal("hang") }),
  /** Cuts the connection, before the answer or in the middle of it. */
  z.object({ kind: z.literal("reset"), midway: z.boolean().optional() }),
  /** 200 with a body that is not JSON. */
  z.object({ kind: z.literal("malformed") }),
]);
export type Behaviour = z.infer<typeof behaviourSchema>;

const chatRequestSchema = z.looseObject({
  model: z.string(),
  messages: z.array(z.object({ role: z.string(), content: z.unknown() })),
  max_tokens: z.number().optional(),
  temperature: z.number().optional(),
  top_p: z.number().optional(),
  response_format: z
    .looseObject({
      type: z.string(),
      json_schema: z.looseObject({ schema: z.record(z.string(), z.unknown()) }).optional(),
    })
    .optional(),
});
export type ChatRequest = z.infer<typeof chatRequestSchema>;

/** Says what is answered to a request. */
export type Script = (request: ChatRequest) => Behaviour;

export interface RecordedRequest {
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly path: string;
  readonly headers: IncomingMessage["headers"];
  readonly body: ChatRequest;
  /** The client closed the connection before it had an answer. */
  abandoned: boolean;
}

export interface LlmServer extends AsyncDisposable {
  /** For `LLM_SERVER_URL`. */
  readonly url: string;
  /** Of a stack or a function that is to use it. */
  readonly settings: Readonly<Record<string, string>>;
  readonly requests: readonly RecordedRequest[];
  /** From now on; a script sees what is asked. */
  always(behaviour: Behaviour | Script): void;
  /** For the next requests, one each, before `always` applies again. */
  next(...behaviours: Behaviour[]): void;
  close(): Promise<void>;
}

/** `200`, `500`, `429:2` (Retry-After 2), `hang`, `reset`, `malformed`: a behaviour in a word. */
function behaviourFromText(text: string): Behaviour {
  const [what = "", detail] = text.split(":");
  if (what === "200") return { kind: "answer" };
  if (what === "hang" || what === "reset" || what === "malformed") return { kind: what };
  return {
    kind: "status",
    status: Number(what),
    ...(detail === undefined ? {} : { headers: { "retry-after": detail } }),
  };
}

/** Something a model might say: an instance of the schema, or the start of what it was given. */
function completionFor(request: ChatRequest): string {
  const schema = request.response_format?.json_schema?.schema;
  if (schema) return JSON.stringify(sampleOf(schema));
  const last = request.messages.at(-1)?.content;
  return String(last).split(/\s+/).slice(0, 12).join(" ");
}

const wordsOf = (value: unknown): number => JSON.stringify(value).split(/\s+/).length;

function answer(response: ServerResponse, request: ChatRequest, content: string): void {
  const prompt_tokens = wordsOf(request.messages);
  const completion_tokens = wordsOf(content);
  response.writeHead(200, { "content-type": "application/json" }).end(
    JSON.stringify({
      id: "chatcmpl-1",
      object: "chat.completion",
      created: 1_700_000_000,
      model: `${request.model}-served`,
      choices: [{ index: 0, message: { role: "assistant", content }, finish_reason: "stop" }],
      usage: { prompt_tokens, completion_tokens, total_tokens: prompt_tokens + completion_tokens },
    }),
  );
}

function behave(behaviour: Behaviour, request: ChatRequest, response: ServerResponse): void {
  switch (behaviour.kind) {
    case "answer": {
      const reply = () => answer(response, request, behaviour.content ?? completionFor(request));
      setTimeout(reply, behaviour.delay_ms ?? 0);
      return;
    }
    case "status": {
      const error = { message: `told to answer ${behaviour.status}`, type: "test_error", code: behaviour.status };
      response
        .writeHead(behaviour.status, { "content-type": "application/json", ...behaviour.headers })
        .end(behaviour.body ?? JSON.stringify({ error }));
      return;
    }
    case "hang":
      return;
    case "reset":
      if (!behaviour.midway) {
        response.socket?.resetAndDestroy();
        return;
      }
      response.writeHead(200, { "content-type": "application/json", "content-length": "1000" });
      response.write('{"id":"chatcmpl-1",', () => response.socket?.resetAndDestroy());
      return;
    case "malformed":
      response.writeHead(200, { "content-type": "application/json" }).end("<html>not json</html>");
  }
}

async function textOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(Buffer.from(chunk));
  return Buffer.concat(chunks).toString("utf8");
}

/**
 * Starts the server on 127.0.0.1.
 * @param port 0 for a free one
 */
export async function startLlmServer(first: Behaviour | Script = { kind: "answer" }, port = 0): Promise<LlmServer> {
  const requests: RecordedRequest[] = [];
  const queue: Behaviour[] = [];
  let current = first;

  const handle = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const path = request.url ?? "/";
    const json = (value: unknown) =>
      response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify(value));
    if (request.method === "PUT" && path === "/__behaviour") {
      current = behaviourSchema.parse(JSON.parse(await textOf(request)));
      json(current);
    } else if (path === "/__requests") json(requests);
    else if (path === "/v1/models") json({ object: "list", data: [{ id: "test-model", object: "model" }] });
    else if (request.method === "POST" && path === "/v1/chat/completions") {
      const body = chatRequestSchema.parse(JSON.parse(await textOf(request)));
      const record: RecordedRequest = { at: Date.now(), path, headers: request.headers, body, abandoned: false };
      requests.push(record);
      response.on("close", () => {
        record.abandoned = !response.writableFinished;
      });
      behave(queue.shift() ?? (typeof current === "function" ? current(body) : current), body, response);
    } else response.writeHead(404).end();
  };

  const server = createServer((request, response) => {
    handle(request, response).catch((error: unknown) => {
      if (!response.headersSent) response.writeHead(400).end(String(error));
    });
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject).listen(port, "127.0.0.1", resolve);
  });
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("The server has no port.");
  const close = (): Promise<void> =>
    new Promise((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
    });
  const url = `http://127.0.0.1:${address.port}/v1`;
  return {
    url,
    settings: { LLM_BACKEND: "openai-compatible", LLM_SERVER_URL: url, LLM_MODEL: "test-model" },
    requests,
    always(behaviour) {
      current = behaviour;
    },
    next(...behaviours) {
      queue.push(...behaviours);
    },
    close,
    [Symbol.asyncDispose]: close,
  };
}

if (import.meta.main) {
  const { values } = parseArgs({
    options: { port: { type: "string", default: "0" }, behaviour: { type: "string", default: "200" } },
  });
  const server = await startLlmServer(behaviourFromText(values.behaviour), Number(values.port));
  process.stdout.write(`ready ${server.url}\n`);
}
