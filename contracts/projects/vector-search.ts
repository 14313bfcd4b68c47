/**
 * What a caller may store beside a vector and how a search may be narrowed, the same for every vector store.
 *
 * @module
 */

import { z } from "zod";

/** Bounds of S3 Vectors, kept for every store so that moving to another one never fails on data. */
export const vectorLimits = {
  /** Bytes of all metadata of a point, as JSON. */
  metadataBytes: 40 * 1_024,
  /** Bytes of the metadata that filters may name: all but `unfilterableKey`. */
  filterableBytes: 2 * 1_024,
  /** Keys of a caller's metadata: S3 Vectors takes 50, of which the store uses some itself. */
  metadataKeys: 45,
  topK: 100,
  filterKeys: 16,
  /** Values of one `in`. */
  filterValues: 64,
} as const;

/** The one metadata key that no filter may name and that is therefore free of the 2 KB bound: the text itself. */
export const UNFILTERABLE_KEY = "text";
/** The store's own key; a caller's metadata must not use it. */
export const TENANT_KEY = "tenant_id";

/** What is said about a search whose vectors the embedded embedder made. */
export const WORD_SEARCH_NOTICE =
  "This is a search by words and parts of words, not by meaning: the vectors are those of EMBEDDING_BACKEND=embedded, which is not a model and finds nothing that is said in other words. See docs/embeddings.md.";

/** Stands beside the matches of a search. */
export const searchNoticeSchema = z
  .string()
  .exactOptional()
  .describe("There when no embedding model made the vectors: what was found shares words with the query.");

const key = z
  .string()
  .regex(/^[A-Za-z_][A-Za-z0-9_-]{0,62}$/, "must be 1 to 63 letters, digits, _ or -, and not start with a digit or -")
  .refine((name) => name !== TENANT_KEY, `must not be ${TENANT_KEY}`);
const scalar = z.union([z.string(), z.number(), z.boolean()]);

const storedText = z.string().refine((text) => text.isWellFormed(), "must be valid Unicode");
/** What DynamoDB and every vector store keep without a loss. */
const storedNumber = z
  .number()
  .refine(
    (value) => value === 0 || (Math.abs(value) <= Number.MAX_SAFE_INTEGER && Math.abs(value) >= 1e-130),
    `must be at most ${Number.MAX_SAFE_INTEGER} in size: give longer numbers, such as ids, as text`,
  );

/** Metadata of a vector: flat, bounded in size, as every vector store accepts it. */
export const vectorMetadataSchema = z
  .record(
    key,
    z.union([storedText, storedNumber, z.boolean(), z.array(storedText)], {
      error: "must be text, a number, true, false or a list of text",
    }),
  )
  .refine((metadata) => Object.keys(metadata).length <= vectorLimits.metadataKeys, {
    error: `must have at most ${vectorLimits.metadataKeys} keys`,
  })
  .describe("Text, numbers, booleans and lists of text, under flat keys.");

const values = <T extends z.ZodType>(value: T) => z.array(value).min(1).max(vectorLimits.filterValues);
const bound = z.number().optional();
/** One object for both forms: of a union, the message would be that of the form that was not meant. */
const oneOfOrRange = z
  .strictObject({
    in: z
      .union([values(z.string()), values(z.number()), values(z.boolean())])
      .optional()
      .describe("Equal to one of these; on a list: holds one of these."),
    gt: bound,
    gte: bound,
    lt: bound,
    lte: bound,
  })
  .refine(
    ({ in: values, ...bounds }) =>
      (values !== undefined) !== Object.values(bounds).some((value) => value !== undefined),
    "must name either `in`, or gt, gte, lt or lte",
  );

const condition = z.union([scalar.describe("Equal; on a list: holds this value."), oneOfOrRange], {
  error: `must be a value, {"in": [1 to ${vectorLimits.filterValues} values of one type]}, or numbers as gt, gte, lt or lte`,
});

/** A filter on metadata; all of its conditions must hold. */
export const vectorFilterSchema = z
  .record(
    key.refine((name) => name !== UNFILTERABLE_KEY, `cannot be ${UNFILTERABLE_KEY}: search by it, with the query`),
    condition,
  )
  .refine((filter) => Object.keys(filter).length <= vectorLimits.filterKeys, {
    error: `must have at most ${vectorLimits.filterKeys} keys`,
  })
  .describe(
    'Every condition must hold: {"status": "active", "year": {"gte": 2024}, "tag": {"in": ["a", "b"]}}. A missing key never matches.',
  );

/** Without a letter or a digit there is nothing to embed. */
export const HOLDS_WORD = /[\p{L}\p{N}]/u;

/** What a search looks for. */
export const searchTextSchema = z.string().max(8_000).regex(HOLDS_WORD, "must hold a word");

/** What {@link vectorMetadataSchema} parses to. */
export type VectorMetadata = z.infer<typeof vectorMetadataSchema>;
/** What {@link vectorFilterSchema} parses to. */
export type VectorFilter = z.infer<typeof vectorFilterSchema>;
