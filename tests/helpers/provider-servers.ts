/**
 * Real HTTP servers in the wire formats that Anthropic (Messages API, version 2023-06-01), Google (Gemini API,
 * v1beta generateContent) and AWS (Bedrock Runtime, Converse) document. Nothing of the providers themselves runs here: the servers answer as documented and
 * refuse what the documents refuse.
 *
 * @module
 */

import { createServer, type IncomingMessage, type Server } from "node:http";
import { z } from "zod";

/** What a test has the server answer next, in place of a completion. */
export interface ProviderReply {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body: unknown;
}

export interface ProviderRequest {
  readonly path: string;
  readonly headers: IncomingMessage["headers"];
  readonly body: Record<string, unknown>;
}

export interface ProviderServer extends AsyncDisposable {
  readonly url: string;
  readonly requests: readonly ProviderRequest[];
  /** The text of the next completions; "A pump broke." until then. */
  says(text: string): void;
  next(...replies: ProviderReply[]): void;
}

interface Format {
  /** @returns what a request lacks that the provider's documents ask for */
  check(request: ProviderRequest): ProviderReply | undefined;
  complete(request: ProviderRequest, text: string): unknown;
}

const message = z.object({
  role: z.enum(["user", "assistant"]),
  content: z.array(z.looseObject({ type: z.string() })).min(1),
});
const anthropicRequest = z.looseObject({
  model: z.string(),
  max_tokens: z.int().min(1),
  system: z.array(z.looseObject({ type: z.literal("text"), text: z.string() })).optional(),
  messages: z.array(message).min(1),
  tools: z.array(z.looseObject({ name: z.string(), input_schema: z.looseObject({}) })).optional(),
  temperature: z.number().min(0).max(1).optional(),
});

const anthropicError = (status: number, type: string, text: string): ProviderReply => ({
  status,
  body: { type: "error", error: { type, message: text }, request_id: "req_011CSHoEeqs5C35K2UUqR7Fy" },
});

const anthropic: Format = {
  check({ path, headers, body }) {
    if (path !== "/v1/messages") return anthropicError(404, "not_found_error", path);
    if (headers["x-api-key"] !== "sk-ant-test") return anthropicError(401, "authentication_error", "invalid x-api-key");
    if (headers["anthropic-version"] !== "2023-06-01")
      return anthropicError(400, "invalid_request_error", "anthropic-version");
    const parsed = anthropicRequest.safeParse(body);
    return parsed.success ? undefined : anthropicError(400, "invalid_request_error", parsed.error.message);
  },
  complete({ body }, text) {
    const tool = anthropicRequest.parse(body).tools?.[0];
    return {
      id: "msg_013Zva2CMHLNnXjNJJKqJ2EF",
      type: "message",
      role: "assistant",
      model: body.model,
      content: tool
        ? [{ type: "tool_use", id: "toolu_01A09q90qw90lq917835lq9", name: tool.name, input: JSON.parse(text) }]
        : [{ type: "text", text }],
      stop_reason: tool ? "tool_use" : "end_turn",
      stop_sequence: null,
      usage: { input_tokens: 21, output_tokens: 4, cache_creation_input_tokens: 0, cache_read_input_tokens: 0 },
    };
  },
};

const parts = z.array(z.looseObject({ text: z.string() })).min(1);
const googleRequest = z.looseObject({
  contents: z.array(z.object({ role: z.enum(["user", "model"]), parts })).min(1),
  systemInstruction: z.looseObject({ parts }).optional(),
  generationConfig: z.looseObject({
    maxOutputTokens: z.int().optional(),
    responseMimeType: z.string().optional(),
    responseSchema: z.looseObject({}).optional(),
    responseJsonSchema: z.looseObject({}).optional(),
  }),
});

export const googleError = (
  { code, status }: { readonly code: number; readonly status: string },
  text: string,
  details: unknown[] = [],
): ProviderReply => ({
  status: code,
  body: { error: { code, message: text, status, details } },
});

const google: Format = {
  check({ path, headers, body }) {
    if (!/^\/v1beta\/models\/[\w.-]+:generateContent$/.test(path))
      return googleError({ code: 404, status: "NOT_FOUND" }, path);
    if (headers["x-goog-api-key"] !== "AIza-test") {
      const info = { "@type": "type.googleapis.com/google.rpc.ErrorInfo", reason: "API_KEY_INVALID" };
      return googleError({ code: 400, status: "INVALID_ARGUMENT" }, "API key not valid. Please pass a valid API key.", [
        info,
      ]);
    }
    const parsed = googleRequest.safeParse(body);
    return parsed.success ? undefined : googleError({ code: 400, status: "INVALID_ARGUMENT" }, parsed.error.message);
  },
  complete: ({ path }, text) => ({
    candidates: [{ content: { role: "model", parts: [{ text }] }, finishReason: "STOP", index: 0 }],
    usageMetadata: { promptTokenCount: 21, candidatesTokenCount: 4, totalTokenCount: 25 },
    modelVersion: path.split("/").at(-1)?.split(":")[0],
    responseId: "mAitaLmkHPPlz7IPvtfUqQ4",
  }),
};

const blocks = z.array(z.looseObject({ text: z.string() })).min(1);
const bedrockRequest = z.looseObject({
  system: z.array(z.object({ text: z.string() })).optional(),
  messages: z.array(z.object({ role: z.enum(["user", "assistant"]), content: blocks })).min(1),
  inferenceConfig: z.looseObject({ maxTokens: z.int().min(1), temperature: z.number().min(0).max(1).optional() }),
});

/** AWS names the error in a header, and says it in `message`. */
export const bedrockError = (status: number, type: string, text: string): ProviderReply => ({
  status,
  headers: { "x-amzn-errortype": type },
  body: { message: text },
});

const bedrock: Format = {
  check({ path, headers, body }) {
    if (!/^\/model\/[\w.%-]+\/converse$/.test(path)) return bedrockError(404, "UnknownOperationException", path);
    if (headers.authorization !== "Bearer bedrock-key-test") {
      return bedrockError(
        403,
        "AccessDeniedException",
        "Authentication failed: Please make sure your API Key is valid.",
      );
    }
    const parsed = bedrockRequest.safeParse(body);
    return parsed.success ? undefined : bedrockError(400, "ValidationException", parsed.error.message);
  },
  complete: (_request, text) => ({
    output: { message: { role: "assistant", content: [{ text }] } },
    stopReason: "end_turn",
    usage: { inputTokens: 21, outputTokens: 4, totalTokens: 25 },
    metrics: { latencyMs: 5 },
  }),
};

async function bodyOf(request: IncomingMessage): Promise<Record<string, unknown>> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(Buffer.from(chunk));
  return z.record(z.string(), z.unknown()).parse(JSON.parse(Buffer.concat(chunks).toString() || "{}"));
}

async function start({ check, complete }: Format): Promise<ProviderServer> {
  const requests: ProviderRequest[] = [];
  const replies: ProviderReply[] = [];
  let text = "A pump broke.";
  const server: Server = createServer(async (incoming, outgoing) => {
    const request = { path: incoming.url ?? "", headers: incoming.headers, body: await bodyOf(incoming) };
    requests.push(request);
    const { status, headers, body } = replies.shift() ??
      check(request) ?? { status: 200, headers: undefined, body: complete(request, text) };
    outgoing.writeHead(status, { "content-type": "application/json", ...headers }).end(JSON.stringify(body));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  return {
    url: `http://127.0.0.1:${typeof address === "object" ? address?.port : 0}`,
    requests,
    says(next) {
      text = next;
    },
    next: (...more) => void replies.push(...more),
    async [Symbol.asyncDispose]() {
      await new Promise((resolve) => server.close(resolve).closeAllConnections());
    },
  };
}

/** Takes the key `sk-ant-test`. Its base URL is `${url}/v1`. */
export const startAnthropicServer = (): Promise<ProviderServer> => start(anthropic);
/** Takes the key `AIza-test`. Its base URL is `${url}/v1beta`. */
export const startGoogleServer = (): Promise<ProviderServer> => start(google);
/** Takes the Bedrock API key `bedrock-key-test`. */
export const startBedrockServer = (): Promise<ProviderServer> => start(bedrock);
