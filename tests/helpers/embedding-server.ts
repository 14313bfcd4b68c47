import { z } from "zod";
import { hashText } from "../../shared/capabilities/embeddings/hashing/embedder.ts";
import { type JsonRequest, type JsonResponse, type JsonServer, startJsonServer } from "./json-server.ts";

/**
 * A stand-in for an embedding server: OpenAI's `/v1/embeddings` as llama.cpp, vLLM and TEI answer it, and Bedrock's
 * `/model/{id}/invoke` for Titan V2 and Cohere. Its vectors come from the hashing embedder, so that a search over them
 * means something; it is not a model.
 */
export interface EmbeddingServerOptions {
  /** Length of the vectors, whatever is asked for, unless the request names a length. */
  readonly dimensions: number;
  /** Demanded as a bearer token when it is given. */
  readonly apiKey?: string;
  /** A call with such a text fails as a whole, and may succeed later. */
  readonly refuse?: (text: string) => boolean;
  /** A call with such a text is refused as a whole, as by llama.cpp when a text is longer than its batch. */
  readonly tooLong?: (text: string) => boolean;
}

const openai = z.object({
  model: z.string(),
  input: z.array(z.string()).min(1),
  encoding_format: z.literal("float").optional(),
  dimensions: z.int().optional(),
});
const titan = z.strictObject({
  inputText: z.string(),
  dimensions: z.int().optional(),
  normalize: z.boolean().optional(),
});
const cohere = z.strictObject({
  input_type: z.enum(["search_document", "search_query"]),
  texts: z.array(z.string()).min(1).max(96),
  truncate: z.string().optional(),
  output_dimension: z.int().optional(),
});

/** An error as OpenAI's servers send it. */
export const openaiFailure = (status: number, message: string, headers: Record<string, string> = {}): JsonResponse => ({
  status,
  body: { error: { message, type: "server_error", code: status } },
  headers,
});

export async function startEmbeddingServer(options: EmbeddingServerOptions): Promise<JsonServer> {
  const embed = (text: string, dimensions = options.dimensions): number[] => Array.from(hashText(text, dimensions));

  function answer({ path, headers, body }: JsonRequest): JsonResponse {
    if (path === "/v1/embeddings") {
      if (options.apiKey && headers.authorization !== `Bearer ${options.apiKey}`)
        return openaiFailure(401, "Invalid key");
      const { input, model, dimensions } = openai.parse(body);
      if (options.refuse && input.some(options.refuse)) return openaiFailure(500, "failed to decode the batch");
      if (options.tooLong && input.some(options.tooLong)) {
        return openaiFailure(500, "input is too large to process. increase the physical batch size");
      }
      const data = input.map((text, index) => ({ object: "embedding", index, embedding: embed(text, dimensions) }));
      return { status: 200, body: { object: "list", model, data, usage: { prompt_tokens: 1, total_tokens: 1 } } };
    }
    const model = /^\/model\/([^/]+)\/invoke$/.exec(path)?.[1];
    if (model === undefined) return { status: 404, body: { message: "not found" } };
    if (!headers.authorization?.startsWith("AWS4-HMAC-SHA256 ")) {
      return { status: 403, body: { message: "The request is not signed" } };
    }
    if (decodeURIComponent(model).includes("cohere")) {
      const { texts, output_dimension } = cohere.parse(body);
      return { status: 200, body: { id: "1", embeddings: texts.map((text) => embed(text, output_dimension)), texts } };
    }
    const { inputText, dimensions } = titan.parse(body);
    return { status: 200, body: { embedding: embed(inputText, dimensions), inputTextTokenCount: 1 } };
  }
  return await startJsonServer(answer);
}
