/**
 * Settings of embeddings and of the vector store; part of `settings`.
 *
 * @module
 */

import { z } from "zod";
import { blankIsUnset } from "./blank-is-unset.ts";
import { serverUrl } from "./server-url.ts";

/** The embedding backends; `embedded` is the hashing embedder. */
export const embeddingBackends = ["embedded", "llamacpp", "vllm", "openai-compatible", "bedrock"] as const;
/** The dimensions that a collection of vectors can have. */
export const embeddingDimensions = [384, 768, 1024] as const;
/** The vector stores. */
export const vectorStores = ["s3vectors", "qdrant", "sqlite", "none"] as const;

/** One of {@link embeddingBackends}. */
export type EmbeddingBackend = (typeof embeddingBackends)[number];
/** One of {@link vectorStores}. */
export type VectorStoreName = (typeof vectorStores)[number];

/** Settings of embeddings. */
export const embeddingSettings = z.object({
  EMBEDDING_BACKEND: blankIsUnset(z.enum(embeddingBackends).default("embedded")).describe(
    "Which backend turns text into vectors. `embedded` hashes words and groups of letters: it needs no model, but searches compare only words and do not find other wordings.",
  ),
  EMBEDDING_SERVER_URL: blankIsUnset(serverUrl("EMBEDDING_API_KEY_SECRET").optional()).describe(
    "Base URL of the embedding server, such as http://127.0.0.1:8080/v1.",
  ),
  EMBEDDING_MODEL: blankIsUnset(z.string().optional()).describe("Name or Bedrock model ID of the embedding model."),
  EMBEDDING_API_KEY_SECRET: blankIsUnset(z.string().optional()).describe(
    "Where the embedding server's key is stored: the name or ARN of a Secrets Manager secret or, beginning with a slash, of an SSM parameter.",
  ),
  EMBEDDING_DIMENSIONS: blankIsUnset(
    z.coerce
      .number()
      .pipe(z.literal([...embeddingDimensions]))
      .default(384),
  ).describe(
    "Number of dimensions of a vector: 384, 768 or 1024. After a change, existing collections must be reindexed.",
  ),
  EMBEDDING_REQUEST_DIMENSIONS: blankIsUnset(z.stringbool().default(false)).describe(
    "Request EMBEDDING_DIMENSIONS from the embedding server. Only for models that support several; others reject it.",
  ),
});

/** Settings of the vector store. */
export const vectorSettings = z.object({
  VECTOR_STORE: blankIsUnset(z.enum(vectorStores).default("s3vectors")).describe(
    "Where vectors are stored. `sqlite` is for one machine and is the default of the embedded stack. With `none`, the stage has no family `search`: no vectors and no searches.",
  ),
  VECTOR_BUCKET: blankIsUnset(z.string().optional()).describe("Name of the S3 vector bucket. The deployment sets it."),
  VECTOR_INDEX_PREFIX: blankIsUnset(
    z
      .string()
      .regex(/^[a-z0-9]([a-z0-9-]{0,15})$/)
      .default("sluice"),
  ).describe("Start of every index's name, so that stages can share a store: <prefix>-projects-hash-384-v1."),
  QDRANT_URL: blankIsUnset(serverUrl("QDRANT_API_KEY_SECRET").optional()).describe(
    "Qdrant's REST address, such as http://127.0.0.1:6333.",
  ),
  QDRANT_API_KEY_SECRET: blankIsUnset(z.string().optional()).describe(
    "Where Qdrant's API key is stored: the name or ARN of a Secrets Manager secret or, beginning with a slash, of an SSM parameter.",
  ),
  SQLITE_VECTORS_PATH: blankIsUnset(z.string().optional()).describe("Path of the file for the vector store `sqlite`."),
  SQLITE_VEC_EXTENSION: blankIsUnset(z.string().optional()).describe(
    "Path of the sqlite-vec extension. The embedded stack sets it; deployed functions contain no native code.",
  ),
});

/** What {@link embeddingSettings} parses to. */
export type EmbeddingSettings = z.infer<typeof embeddingSettings>;
/** What {@link vectorSettings} parses to. */
export type VectorSettings = z.infer<typeof vectorSettings>;
