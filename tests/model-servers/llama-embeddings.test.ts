/**
 * Embeddings of a real llama.cpp server: what it gives, and what is said where it gives none that can be used.
 *
 * @module
 */

import { describe, expect, it } from "vitest";
import type { EmbeddingSettings } from "../../contracts/settings/vectors.ts";
import { openaiCompatibleEmbedder } from "../../shared/capabilities/embeddings/openai-compatible.ts";
import { hasLlama, type LlamaOptions, startLlama } from "../helpers/model-servers.ts";

/** What SmolLM2-135M's vectors have. */
const DIMENSIONS = 576;
const START_MS = 240_000;

/** Embeds texts with settings that say another length than the model's, or its own. */
const embed = (url: string, texts: readonly string[], dimensions = DIMENSIONS) => {
  const settings = {
    EMBEDDING_BACKEND: "llamacpp",
    EMBEDDING_SERVER_URL: url,
    EMBEDDING_DIMENSIONS: dimensions,
    EMBEDDING_REQUEST_DIMENSIONS: false,
  } as EmbeddingSettings;
  return openaiCompatibleEmbedder(settings).embed(texts, AbortSignal.timeout(60_000));
};

async function withLlama(options: LlamaOptions, act: (url: string) => Promise<void>): Promise<void> {
  const server = await startLlama(options);
  try {
    await act(server.url);
  } finally {
    await server.kill();
  }
}

describe.skipIf(!hasLlama)("llama.cpp's embeddings (skipped without MODEL_SERVERS_PYTHON)", () => {
  it(
    "are one vector a text; another length than the settings' is refused with both, a text too long for good",
    () =>
      withLlama({ embedding: true }, async (url) => {
        const vectors = await embed(url, ["Bees visit flowers.", "Boats float."]);
        expect(vectors.map((vector) => vector.length)).toEqual([DIMENSIONS, DIMENSIONS]);
        expect(vectors[0]).not.toEqual(vectors[1]);

        await expect(embed(url, ["Bees visit flowers."], 768)).rejects.toMatchObject({
          name: "DimensionMismatchError",
          message: expect.stringContaining("vectors of 576 dimensions, but EMBEDDING_DIMENSIONS is 768"),
        });
        await expect(embed(url, ["Bees visit flowers. ".repeat(3_000)])).rejects.toMatchObject({
          name: "TextTooLongError",
          retryable: false,
        });
      }),
    START_MS,
  );

  it(
    "of a server that pools nothing, or was started without them, are refused with what the server asks for",
    async () => {
      await withLlama({ embedding: true, pooling: false }, (url) =>
        expect(embed(url, ["Bees visit flowers."])).rejects.toMatchObject({
          name: "LLMClientError",
          message: expect.stringMatching(/Pooling type 'none'.*--pooling mean/),
        }),
      );
      await withLlama({}, (url) =>
        expect(embed(url, ["Bees visit flowers."])).rejects.toMatchObject({
          name: "LLMClientError",
          message: expect.stringContaining("Start it with `--embeddings`"),
        }),
      );
    },
    2 * START_MS,
  );
});
