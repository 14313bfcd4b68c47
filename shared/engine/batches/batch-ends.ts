/**
 * Which jobs of a batch have ended, and how: items of a hundred jobs each, with the places of their inputs in sets. Noting
 * an end twice changes nothing, so that neither duplicates nor crashes make a batch end early, late or twice.
 *
 * @module
 */

import { z } from "zod";
import { inGroups } from "../../lib/groups.ts";
import { type JobRecord, payloadTtl } from "../jobs/record.ts";
import type { JobServices } from "../jobs/services.ts";
import { parseItem } from "../table/table.ts";
import type { BatchOutcome, BatchRecord } from "./batch-record.ts";

/** Jobs of one item: its update stays within one write unit. */
export const SHARD_JOBS = 100;

/** How a job ended; `gone`: its record expired before that was noted. */
export type EndKind = keyof BatchOutcome;
const kinds: readonly EndKind[] = ["ok", "failed", "revoked", "gone"];

const places = z.set(z.number()).optional();
const shardSchema = z.object({ ok: places, failed: places, revoked: places, gone: places });
type Shard = z.infer<typeof shardSchema>;

const shardKey = (batchId: string, shard: number) => ({ pk: `B#${batchId}#${shard}`, sk: "ends" });

/** Shards of a batch. */
export const shardsOf = (total: number): number => Math.ceil(total / SHARD_JOBS);

/** Places of the inputs of one shard. */
export function placesOf(total: number, shard: number): number[] {
  const first = shard * SHARD_JOBS;
  return Array.from({ length: Math.min(SHARD_JOBS, total - first) }, (_, index) => first + index);
}

/** How a job ended. @returns undefined while it has not */
export function endOf({ status }: Pick<JobRecord, "status">): EndKind | undefined {
  if (status === "SUCCESS") return "ok";
  if (status === "FAILURE") return "failed";
  return status === "REVOKED" ? "revoked" : undefined;
}

const sizeOf = (shard: Shard): number => kinds.reduce((sum, kind) => sum + (shard[kind]?.size ?? 0), 0);

/** Jobs of one shard that have ended. */
interface Ends {
  readonly batchId: string;
  readonly shard: number;
  readonly kind: EndKind;
  readonly places: readonly number[];
}

/**
 * Notes how jobs have ended. A job that was run again ends again: the last end counts, but for a success, which is final.
 * @returns jobs of the shard that have ended, or undefined when it was known that one of these has succeeded
 */
export async function noteEnds(services: JobServices, { batchId, shard, kind, places: ended }: Ends) {
  const own = new Set(ended);
  const take = Object.fromEntries(kinds.filter((each) => each !== kind).map((each) => [each, own]));
  const change = {
    add: { [kind]: own },
    take,
    setOnce: { ttl: payloadTtl(services.now(), services.settings) },
  };
  const isFinal = kind === "ok";
  const values = Object.fromEntries(ended.map((place, index) => [`:place${index}`, place]));
  const condition = ended.map((_, index) => `NOT contains(#ok, :place${index})`).join(" AND ");
  const { table } = services.store;
  const key = shardKey(batchId, shard);
  // Its key is always there after the update, so that this condition holds of every item.
  const unless = isFinal ? { condition: "attribute_not_exists(#none)" } : { condition, values };
  const item = await table.updateIf(key, change, unless);
  return item && sizeOf(parseItem(shardSchema, item));
}

/** The ends of a batch's jobs. */
export class BatchEnds {
  readonly #batch: Pick<BatchRecord, "total">;
  readonly #shards: ReadonlyMap<number, Shard>;

  constructor(batch: Pick<BatchRecord, "total">, shards: ReadonlyMap<number, Shard>) {
    this.#batch = batch;
    this.#shards = shards;
  }

  /** How many have ended, by how. */
  get outcome(): BatchOutcome {
    const shards = [...this.#shards.values()];
    const sum = (kind: EndKind) => shards.reduce((all, shard) => all + (shard[kind]?.size ?? 0), 0);
    return { ok: sum("ok"), failed: sum("failed"), revoked: sum("revoked"), gone: sum("gone") };
  }

  /** How many have ended. */
  get count(): number {
    return [...this.#shards.values()].reduce((sum, shard) => sum + sizeOf(shard), 0);
  }

  /** How the job of an input ended, or undefined. */
  of(place: number): EndKind | undefined {
    const shard = this.#shards.get(Math.floor(place / SHARD_JOBS));
    return kinds.find((kind) => shard?.[kind]?.has(place));
  }

  /** Places of a shard whose jobs have not ended. */
  open(shard: number): number[] {
    return placesOf(this.#batch.total, shard).filter((place) => this.of(place) === undefined);
  }
}

/** Reads the ends of all jobs of a batch, or of some shards: one read for each 10,000 jobs. Consistent. */
export async function readEnds(
  services: JobServices,
  batch: Pick<BatchRecord, "batch_id" | "total">,
  wanted: readonly number[] = Array.from({ length: shardsOf(batch.total) }, (_, shard) => shard),
): Promise<BatchEnds> {
  const keys = wanted.map((shard) => shardKey(batch.batch_id, shard));
  const items = await services.store.table.getMany(keys, { consistent: true });
  const prefix = `B#${batch.batch_id}#`.length;
  const shards = items.map((item) => [Number(String(item.pk).slice(prefix)), parseItem(shardSchema, item)] as const);
  return new BatchEnds(batch, new Map(shards));
}

/**
 * How many jobs of each batch have ended, by how: of many batches at once, one read for each 10,000 jobs of those that are not over.
 * @returns by the batch's id; without those of earlier versions, whose jobs do not note their ends
 */
export async function readOutcomes(
  { store }: JobServices,
  batches: readonly BatchRecord[],
): Promise<ReadonlyMap<string, BatchOutcome>> {
  const open = batches.filter((batch) => batch.tracked && batch.outcome === undefined);
  const keys = open.flatMap(({ batch_id, total }) =>
    Array.from({ length: shardsOf(total) }, (_, shard) => shardKey(batch_id, shard)),
  );
  const items = await store.table.getMany(keys);
  const byBatch = Map.groupBy(items, ({ pk }) => String(pk).split("#")[1]);
  const known = batches.flatMap(({ batch_id: id, outcome }) => (outcome ? [[id, outcome] as const] : []));
  const counted = open.map((batch) => {
    const shards = (byBatch.get(batch.batch_id) ?? []).map(
      (item, index) => [index, parseItem(shardSchema, item)] as const,
    );
    return [batch.batch_id, new BatchEnds(batch, new Map(shards)).outcome] as const;
  });
  return new Map([...known, ...counted]);
}

/** Notes the ends of many jobs of one shard, by how they ended. */
export async function noteAll(
  services: JobServices,
  ends: Pick<Ends, "batchId" | "shard">,
  byKind: ReadonlyMap<EndKind, readonly number[]>,
): Promise<void> {
  await inGroups([...byKind], async ([kind, ended]) => {
    const noted = await noteEnds(services, { ...ends, kind, places: ended });
    // One of them has succeeded meanwhile: each by itself.
    if (noted === undefined) {
      await inGroups(ended, (place) => noteEnds(services, { ...ends, kind, places: [place] }));
    }
  });
}
