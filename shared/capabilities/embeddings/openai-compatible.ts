import { z } from "zod";
import { LLMClientError, UnreadableAnswerError } from "../../../contracts/errors.ts";
import type { EmbeddingSettings } from "../../../contracts/settings/vectors.ts";
import { endpoint } from "../../lib/http/base-url.ts";
import { bounded } from "../../lib/http/server-words.ts";
import { apiKey, forgetApiKey } from "../llm/api-key.ts";
import { postJson } from "../llm/post-json.ts";
import { errorInAnswer, type ServerReply, serverError } from "../llm/server-errors.ts";
import type { Embedder } from "./embedder.ts";
import { EMBEDDING_SERVER, modelEmbedder } from "./model-embedder.ts";

/** What a server is asked for when EMBEDDING_MODEL is not set; one that serves a single model takes any name. */
const ANY_MODEL = "default";

const itemSchema = z.looseObject({
  index: z.int().min(0).nullish(),
  /** Numbers, or their bytes in base64, which some servers send whatever they are asked for. */
  embedding: z.union([z.array(z.number()), z.string()]),
});
/** More tokens than a call can have: the count is wrong. */
const MAX_TOKENS_COUNTED = 1_000_000_000;
const tokens = z.int().min(1).max(MAX_TOKENS_COUNTED);
/** A count that is odd must not cost the vectors. */
const usageSchema = z.looseObject({ prompt_tokens: tokens.optional(), total_tokens: tokens.optional() });
const answerSchema = z.looseObject({
  data: z.array(itemSchema),
  usage: usageSchema.nullish().catch(undefined),
});

function parsed(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
}

/** @throws UnreadableAnswerError when the text is not the base64 of 32-bit numbers */
function numbersOf(embedding: readonly number[] | string): readonly number[] {
  if (typeof embedding !== "string") return embedding;
  const bytes = Buffer.from(embedding, "base64");
  if (bytes.length === 0 || bytes.length % 4 !== 0)
    throw new UnreadableAnswerError("A vector of the embedding server is not numbers.");
  return Array.from({ length: bytes.length / 4 }, (_, at) => bytes.readFloatLE(at * 4));
}

/**
 * The vectors in the order of the texts: servers that work on several texts at once may answer in another one.
 * @throws UnreadableAnswerError when an index is missing or occurs twice
 */
function inOrder(data: readonly z.infer<typeof itemSchema>[]): (readonly number[])[] {
  const indexes = data.map(({ index }) => index);
  if (indexes.every((index) => index === undefined || index === null))
    return data.map(({ embedding }) => numbersOf(embedding));
  const byIndex = new Map(data.map((item) => [item.index, item]));
  return data.map((_, index) => {
    const item = byIndex.get(index);
    if (item && byIndex.size === data.length) return numbersOf(item.embedding);
    const given = bounded(indexes.slice(0, 20).map(String).join(", "));
    throw new UnreadableAnswerError(
      `The embedding server numbers its ${data.length} vectors ${given}, not 0 to ${data.length - 1}.`,
    );
  });
}

function vectorsIn(reply: ServerReply, used: (tokens: number) => void): (readonly number[])[] {
  const failed = serverError(reply, EMBEDDING_SERVER);
  // llama.cpp's words for a model that was made to write.
  if (failed && /pooling type/i.test(failed.message)) {
    throw new LLMClientError(`${failed.message} Start the server with --pooling mean, or with a model that embeds.`);
  }
  if (failed) throw failed;
  const value = parsed(reply.body);
  if (typeof value === "object" && value !== null && !("data" in value)) {
    const error = errorInAnswer(value, reply, EMBEDDING_SERVER);
    if (error) throw error;
  }
  const { data } = answerSchema.safeParse(value);
  const count = data?.usage?.prompt_tokens ?? data?.usage?.total_tokens;
  if (count !== undefined) used(count);
  if (data) return inOrder(data.data);
  throw new UnreadableAnswerError(
    `The embedding server answered ${reply.status} without vectors: ${bounded(reply.body)}`,
  );
}

/**
 * Any server that speaks OpenAI's embeddings: llama.cpp (`--embeddings`), vLLM, Text Embeddings Inference, a gateway.
 * @throws LLMClientError when EMBEDDING_SERVER_URL is not set
 */
export function openaiCompatibleEmbedder(settings: EmbeddingSettings): Embedder {
  const {
    EMBEDDING_BACKEND: name,
    EMBEDDING_SERVER_URL: server,
    EMBEDDING_API_KEY_SECRET: secret,
    EMBEDDING_MODEL: modelId = ANY_MODEL,
    EMBEDDING_DIMENSIONS: dimensions,
  } = settings;
  if (!server) throw new LLMClientError(`EMBEDDING_BACKEND=${name} needs EMBEDDING_SERVER_URL.`);
  const url = endpoint(server, "embeddings");
  return modelEmbedder({
    name,
    modelId,
    dimensions,
    async call(texts, { signal, used }) {
      const body = {
        model: modelId,
        input: texts,
        encoding_format: "float",
        // vLLM refuses it for models that were not trained for several dimensions, so it is sent on demand only.
        ...(settings.EMBEDDING_REQUEST_DIMENSIONS && { dimensions }),
      };
      return vectorsIn(await postJson({ url, body, key: secret && (await apiKey(secret)), signal }), used);
    },
    ...(secret ? { onAuthenticationError: () => forgetApiKey(secret) } : {}),
  });
}
