import type { VectorMetadata } from "../../../contracts/projects/vector-search.ts";
import type { VectorStoreName } from "../../../contracts/settings/vectors.ts";
import type { Condition } from "./filter.ts";

/**
 * What a vector store's adapter supplies. `openStore` puts the checks and the splitting of batches in front, so a
 * driver is given valid points only, and no more of them at once than its limits say.
 */
export interface VectorDriver {
  readonly name: VectorStoreName;
  readonly limits: DriverLimits;
  /** Makes an index; one that is there already is left as it is. */
  create(index: string, spec: CollectionSpec, signal?: AbortSignal): Promise<void>;
  describe(index: string, signal?: AbortSignal): Promise<CollectionSpec | undefined>;
  /** Removes an index and all its points; a missing one is success. */
  drop(index: string, signal?: AbortSignal): Promise<void>;
  /** Writes points, each whole: vector and metadata replace what was there. Read after write is consistent. */
  upsert(index: string, points: readonly VectorPoint[], signal?: AbortSignal): Promise<void>;
  /** The points that exist, in any order. */
  get(index: string, points: PointIds, signal?: AbortSignal): Promise<VectorPoint[]>;
  /** Removes points; missing ones are success. */
  delete(index: string, points: PointIds, signal?: AbortSignal): Promise<void>;
  query(index: string, query: DriverQuery, signal?: AbortSignal): Promise<VectorMatch[]>;
  /** Every tenant's points in pages, in an order that concurrent writes do not disturb. */
  list(index: string, page: PageRequest, signal?: AbortSignal): Promise<PointPage>;
}

/** What a vector store takes in one call. */
export interface DriverLimits {
  readonly pointsPerWrite: number;
  /** Of a request's body. */
  readonly bytesPerWrite: number;
  readonly idsPerGet: number;
  readonly idsPerDelete: number;
  readonly pageSize: number;
}

/** The dimension and the metadata of an index. */
export interface CollectionSpec {
  readonly dimensions: number;
  readonly metric: "cosine";
}

/** A point is known by its tenant and id together: two tenants may use the same id. */
export interface PointKey {
  readonly tenant: string;
  readonly id: string;
}

/** Points of one tenant. */
export interface PointIds {
  readonly tenant: string;
  readonly ids: readonly string[];
}

/** A vector with its key and metadata. */
export interface VectorPoint extends PointKey {
  readonly vector: Float32Array;
  readonly metadata: VectorMetadata;
}

/** A vector that a search found; the score is the cosine similarity. */
export interface VectorMatch {
  readonly id: string;
  /** Cosine similarity, -1 to 1. */
  readonly score: number;
  readonly metadata: VectorMetadata;
}

/** A search in one index. */
export interface DriverQuery {
  readonly tenant: string;
  readonly vector: Float32Array;
  readonly topK: number;
  readonly conditions: readonly Condition[];
}

/** Which page of an index is read. */
export interface PageRequest {
  readonly limit: number;
  readonly cursor?: string | undefined;
}

/** A vector as a listing gives it. */
export interface ListedPoint extends PointKey {
  readonly metadata: VectorMetadata;
}

/** One page of an index. */
export interface PointPage {
  readonly points: readonly ListedPoint[];
  /** Where the next page starts; undefined after the last one. */
  readonly cursor: string | undefined;
}
