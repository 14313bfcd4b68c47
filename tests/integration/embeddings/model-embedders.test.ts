import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import { parseSettings } from "../../../contracts/settings/parse-settings.ts";
import { embeddingSettings } from "../../../contracts/settings/vectors.ts";
import { createEmbedder } from "../../../shared/capabilities/embeddings/create-embedder.ts";
import { embedBatch } from "../../../shared/capabilities/embeddings/embed-batch.ts";
import { hashText } from "../../../shared/capabilities/embeddings/hashing/embedder.ts";
import { openaiFailure, startEmbeddingServer } from "../../helpers/embedding-server.ts";
import { closedPort, type JsonServer } from "../../helpers/json-server.ts";

// Real HTTP to a stand-in for the model server; see tests/helpers/embedding-server.ts.
const signal = new AbortController().signal;
const open = (env: Record<string, string>) => createEmbedder(parseSettings(embeddingSettings, env));

let server: JsonServer;
beforeAll(async () => {
  server = await startEmbeddingServer({ dimensions: 384, tooLong: (text) => text.includes("too long") });
});
afterAll(() => server[Symbol.asyncDispose]());
afterEach(() => vi.unstubAllEnvs());

describe.each(["llamacpp", "vllm", "openai-compatible"])("EMBEDDING_BACKEND=%s", (backend) => {
  const settings = (more: Record<string, string> = {}) => ({
    EMBEDDING_BACKEND: backend,
    EMBEDDING_SERVER_URL: server.url,
    EMBEDDING_MODEL: "bge-small",
    ...more,
  });

  it("gives the server's vectors in the order of the texts", async () => {
    const embedder = await open(settings());

    const vectors = await embedder.embed(["first text", "second text"], signal);

    expect(embedder).toMatchObject({ name: backend, model: "bge-small", dimensions: 384 });
    for (const [position, text] of ["first text", "second text"].entries()) {
      expect(vectors[position]).toEqual(hashText(text, 384));
    }
    expect(server.requests.at(-1)).toMatchObject({ path: "/v1/embeddings", body: { model: "bge-small" } });
    expect(server.requests.at(-1)?.body).not.toHaveProperty("dimensions");
  });

  it("asks for dimensions when told to", async () => {
    const embedder = await open(settings({ EMBEDDING_DIMENSIONS: "768", EMBEDDING_REQUEST_DIMENSIONS: "true" }));

    expect((await embedder.embed(["text"], signal))[0]).toHaveLength(768);
    expect(server.requests.at(-1)?.body).toMatchObject({ dimensions: 768 });
  });

  it("fails for good when the model's dimensions are not the setting's", async () => {
    const embedder = await open(settings({ EMBEDDING_DIMENSIONS: "1024" }));

    await expect(embedder.embed(["text"], signal)).rejects.toMatchObject({
      name: "DimensionMismatchError",
      retryable: false,
      message: expect.stringMatching(/384 dimensions.*EMBEDDING_DIMENSIONS is 1024/),
    });
  });

  it.each([
    [503, "LLMServerError", true],
    [429, "RateLimitError", true],
    [401, "AuthenticationError", false],
    [400, "LLMClientError", false],
  ])("says of a %d whether to try again, and does not do so itself", async (status, name, retryable) => {
    const embedder = await open(settings());
    const before = server.requests.length;
    server.failNext(openaiFailure(status, "no", { "retry-after": "9" }));

    await expect(embedder.embed(["text"], signal)).rejects.toMatchObject({ name, retryable });
    expect(server.requests.length - before).toBe(1);
  });

  it("says that a server that is not there may come back", async () => {
    const embedder = await open(settings({ EMBEDDING_SERVER_URL: await closedPort() }));

    await expect(embedder.embed(["text"], signal)).rejects.toMatchObject({ name: "ConnectionError", retryable: true });
  });

  it("stops when its signal is aborted", async () => {
    const reason = new Error("time is up");
    await expect((await open(settings())).embed(["text"], AbortSignal.abort(reason))).rejects.toBe(reason);
  });

  it("fails one item of a batch alone when the server refuses its group", async () => {
    const items = Array.from({ length: 25 }, (_, n) => ({ id: `p${n}`, text: n === 13 ? "too long" : `text ${n}` }));

    const { outcomes, statistics } = await embedBatch(await open(settings()), items, { signal });

    expect(outcomes.filter((outcome) => "error" in outcome)).toMatchObject([
      { id: "p13", error: { name: "TextTooLongError" } },
    ]);
    expect(statistics).toMatchObject({ total: 25, succeeded: 24, failed: 1, calls: 13, groups_split: 1 });
  });
});

describe("answers of an embedding server", () => {
  const [first, second] = [hashText("a", 384), hashText("b", 384)].map((vector) => Array.from(vector));
  const embed = async (body: unknown) => {
    const embedder = await open({ EMBEDDING_BACKEND: "vllm", EMBEDDING_SERVER_URL: server.url, EMBEDDING_MODEL: "m" });
    server.failNext({ status: 200, body });
    return embedder.embed(["a", "b"], signal);
  };

  it("are put in order by index, whatever their order, as numbers or as base64", async () => {
    const base64 = Buffer.from(Float32Array.from(first ?? []).buffer).toString("base64");
    const vectors = await embed({
      data: [
        { index: 1, embedding: second },
        { index: 0, embedding: base64 },
      ],
    });

    expect(vectors).toEqual([Float32Array.from(first ?? []), Float32Array.from(second ?? [])]);
  });

  it("are taken as they come without any index", async () => {
    expect(await embed({ data: [{ embedding: first }, { embedding: second }] })).toHaveLength(2);
  });

  it.each<[string, unknown, string, RegExp]>([
    [
      "an index twice",
      {
        data: [
          { index: 0, embedding: first },
          { index: 0, embedding: second },
        ],
      },
      "UnreadableAnswerError",
      /0, 0, not 0 to 1/,
    ],
    [
      "an index that is missing",
      { data: [{ index: 0, embedding: first }, { embedding: second }] },
      "UnreadableAnswerError",
      /numbers its 2 vectors/,
    ],
    [
      "one vector too few",
      { data: [{ index: 0, embedding: first }] },
      "LLMServerError",
      /1 vectors for 2 texts.*EMBEDDING_SERVER_URL/,
    ],
    [
      "another length",
      {
        data: [
          { index: 0, embedding: [1, 2] },
          { index: 1, embedding: [1, 2] },
        ],
      },
      "DimensionMismatchError",
      /EMBEDDING_DIMENSIONS/,
    ],
    [
      "zeros alone",
      {
        data: [
          { index: 0, embedding: first },
          { index: 1, embedding: Array(384).fill(0) },
        ],
      },
      "LLMClientError",
      /zeros alone. Set EMBEDDING_MODEL/,
    ],
    ["an error in a 200", { error: { message: "no slot", code: 503 } }, "LLMServerError", /no slot/],
    ["a page", "<html>", "UnreadableAnswerError", /without vectors/],
  ])("with %s are refused", async (_, body, name, message) => {
    await expect(embed(body)).rejects.toMatchObject({ name, message: expect.stringMatching(message) });
  });
});

describe("EMBEDDING_BACKEND=bedrock", () => {
  const settings = (model: string, more: Record<string, string> = {}) => ({
    EMBEDDING_BACKEND: "bedrock",
    EMBEDDING_SERVER_URL: server.url,
    EMBEDDING_MODEL: model,
    EMBEDDING_DIMENSIONS: "1024",
    ...more,
  });
  const stubCredentials = () => {
    vi.stubEnv("AWS_REGION", "eu-central-1");
    vi.stubEnv("AWS_ACCESS_KEY_ID", "test");
    vi.stubEnv("AWS_SECRET_ACCESS_KEY", "test");
    vi.stubEnv("AWS_BEARER_TOKEN_BEDROCK", undefined);
  };

  it("asks Titan V2 for normalized vectors of the set length, a text a request", async () => {
    stubCredentials();
    const embedder = await open(settings("amazon.titan-embed-text-v2:0"));

    const vectors = await embedder.embed(["eins", "zwei"], signal);

    expect(vectors).toEqual([hashText("eins", 1_024), hashText("zwei", 1_024)]);
    expect(server.requests.at(-1)).toMatchObject({
      path: "/model/amazon.titan-embed-text-v2%3A0/invoke",
      body: { inputText: expect.any(String), dimensions: 1_024, normalize: true },
    });
  });

  it("tells Cohere a question from a text that answers one", async () => {
    stubCredentials();
    await using cohere = await startEmbeddingServer({ dimensions: 1_024 });
    const embedder = await open(settings("eu.cohere.embed-multilingual-v3", { EMBEDDING_SERVER_URL: cohere.url }));

    await embedder.embed(["a", "b"], signal);
    await embedder.embed(["question"], signal, { purpose: "query" });

    expect(cohere.requests.map(({ body }) => body)).toMatchObject([
      { texts: ["a", "b"], input_type: "search_document" },
      { texts: ["question"], input_type: "search_query" },
    ]);
  });

  it.each([
    ["amazon.titan-embed-text-v2:0", "384", /offers 1024, not 384/],
    ["anthropic.claude", "1024", /not a Bedrock embedding model/],
  ])("refuses model %s with %s dimensions", async (model, dimensions, message) => {
    await expect(open(settings(model, { EMBEDDING_DIMENSIONS: dimensions }))).rejects.toThrow(message);
  });
});

describe("settings of embeddings", () => {
  it("default to the embedded embedder of 384 dimensions, blank or absent", async () => {
    expect(await open({})).toMatchObject({ name: "embedded", model: "hash-v1", dimensions: 384 });
    expect(await open({ EMBEDDING_BACKEND: "", EMBEDDING_DIMENSIONS: "" })).toMatchObject({ dimensions: 384 });
  });

  it("name the setting that a backend lacks", async () => {
    await expect(open({ EMBEDDING_BACKEND: "vllm" })).rejects.toThrow(/vllm needs EMBEDDING_SERVER_URL/);
    await expect(open({ EMBEDDING_BACKEND: "bedrock" })).rejects.toThrow(/bedrock needs EMBEDDING_MODEL/);
  });

  it("refuse other dimensions", async () => {
    expect(() => parseSettings(embeddingSettings, { EMBEDDING_DIMENSIONS: "512" })).toThrow(/EMBEDDING_DIMENSIONS/);
  });
});
