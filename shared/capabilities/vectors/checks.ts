/**
 * What every vector store refuses, whichever it is, before a request leaves.
 *
 * @module
 */

import type { z } from "zod";
import { DimensionMismatchError, InvalidInputError } from "../../../contracts/errors.ts";
import { PROJECT_PATTERN } from "../../../contracts/keys/scopes.ts";
import {
  TENANT_KEY,
  UNFILTERABLE_KEY,
  type VectorMetadata,
  vectorFilterSchema,
  vectorLimits,
  vectorMetadataSchema,
} from "../../../contracts/projects/vector-search.ts";
import type { VectorPoint } from "./driver.ts";
import { type Condition, conditionsOf } from "./filter.ts";

/** Longest id: with its tenant it must fit the 1,024 characters of an S3 Vectors key. */
const MAX_ID_LENGTH = 512;
const INDEX_NAME = /^[a-z0-9][a-z0-9-]{1,61}[a-z0-9]$/;

const encoder = new TextEncoder();
const bytes = (value: unknown): number => encoder.encode(JSON.stringify(value)).length;

function describeIssue(error: z.ZodError): string {
  const issue = error.issues[0];
  return issue ? `${issue.path.length > 0 ? `${issue.path.join(".")} ` : ""}${issue.message}` : error.message;
}

/** @throws InvalidInputError when the name does not fit every store */
export function checkIndexName(name: string): void {
  if (!INDEX_NAME.test(name)) {
    throw new InvalidInputError(
      `Index name "${name}" must be 3 to 63 lower-case letters, digits and hyphens, and start and end with a letter or digit.`,
    );
  }
}

/** @throws InvalidInputError */
export function checkTenant(tenant: string): void {
  if (!PROJECT_PATTERN.test(tenant)) throw new InvalidInputError(`"${tenant}" is not a project's name.`);
}

/** @throws InvalidInputError */
export function checkId(id: string): void {
  if (id.length === 0 || id.length > MAX_ID_LENGTH || !id.isWellFormed()) {
    throw new InvalidInputError(`A vector's id must be 1 to ${MAX_ID_LENGTH} characters of valid Unicode.`);
  }
}

/**
 * @throws DimensionMismatchError when the length is not the index's
 * @throws InvalidInputError when it holds NaN or infinity, or consists of zeros
 */
export function checkVector(
  vector: Float32Array,
  { index, dimensions }: { readonly index: string; readonly dimensions: number },
  what: string,
): void {
  if (vector.length !== dimensions) {
    throw new DimensionMismatchError(
      `${what} has ${vector.length} dimensions, but index ${index} has ${dimensions}. Reindex the collection to change the model or EMBEDDING_DIMENSIONS.`,
    );
  }
  if (!vector.every(Number.isFinite)) throw new InvalidInputError(`${what} holds a value that is not a finite number.`);
  if (vector.every((value) => value === 0)) {
    throw new InvalidInputError(`${what} is all zeros, which has no direction to compare.`);
  }
}

/** @throws InvalidInputError when keys, values or sizes do not fit every store */
export function checkMetadata(metadata: VectorMetadata, what: string): void {
  const parsed = vectorMetadataSchema.safeParse(metadata);
  if (!parsed.success) throw new InvalidInputError(`Metadata of ${what}: ${describeIssue(parsed.error)}.`);
  const { [UNFILTERABLE_KEY]: _, ...filterable } = metadata;
  const total = bytes(metadata);
  if (total > vectorLimits.metadataBytes) {
    throw new InvalidInputError(
      `Metadata of ${what} takes ${total} bytes; at most ${vectorLimits.metadataBytes} are allowed.`,
    );
  }
  // The tenant is stored as metadata too and counts.
  const filterableBytes = bytes({ ...filterable, [TENANT_KEY]: "x".repeat(64) });
  if (filterableBytes > vectorLimits.filterableBytes) {
    throw new InvalidInputError(
      `Metadata of ${what} takes ${filterableBytes} bytes beside "${UNFILTERABLE_KEY}"; at most ${vectorLimits.filterableBytes} are allowed. Long text belongs in "${UNFILTERABLE_KEY}".`,
    );
  }
}

/** @throws InvalidInputError, DimensionMismatchError */
export function checkPoint(point: VectorPoint, dimensions: number, index: string): void {
  checkTenant(point.tenant);
  checkId(point.id);
  checkVector(point.vector, { index, dimensions }, `The vector of ${point.id}`);
  checkMetadata(point.metadata, point.id);
}

/** @throws InvalidInputError */
export function checkTopK(topK: number): void {
  if (!Number.isInteger(topK) || topK < 1 || topK > vectorLimits.topK) {
    throw new InvalidInputError(`top_k must be a whole number from 1 to ${vectorLimits.topK}.`);
  }
}

/** Reads a filter of unknown origin. @throws InvalidInputError */
export function parseFilter(filter: unknown): Condition[] {
  const parsed = vectorFilterSchema.safeParse(filter);
  if (!parsed.success) throw new InvalidInputError(`Filter: ${describeIssue(parsed.error)}.`);
  return conditionsOf(parsed.data);
}
