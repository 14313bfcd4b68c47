/**
 * Vectors in one SQLite file, compared one by one with sqlite-vec: exact, for one machine and up to some 100,000.
 *
 * @module
 */

import type { DatabaseSync } from "node:sqlite";
import { z } from "zod";
import { CollectionNotFoundError, InvalidInputError } from "../../../../contracts/errors.ts";
import type { VectorDriver } from "../driver.ts";
import { parseStoredMetadata } from "../stored-metadata.ts";
import { openDatabase } from "./database.ts";
import { toSql } from "./filter.ts";

const collectionRow = z.object({ id: z.number(), dimensions: z.number() });
const pointRow = z.object({
  tenant_id: z.string(),
  id: z.string(),
  vector: z.instanceof(Uint8Array),
  metadata: z.string(),
});
const matchRow = z.object({ id: z.string(), metadata: z.string(), distance: z.number() });
const listedRow = z.object({ tenant_id: z.string(), id: z.string(), metadata: z.string() });
const cursorSchema = z.tuple([z.string(), z.string()]);

const toBlob = (vector: Float32Array): Uint8Array =>
  new Uint8Array(vector.buffer, vector.byteOffset, vector.byteLength);
// A copy, since a Float32Array must start at a multiple of 4.
const fromBlob = (blob: Uint8Array): Float32Array => new Float32Array(blob.slice().buffer);
const metadataOf = (row: { readonly id: string; readonly metadata: string }) =>
  parseStoredMetadata(JSON.parse(row.metadata), row.id);

function findCollection(database: DatabaseSync, index: string) {
  const row = database.prepare("select id, dimensions from collections where name = ?").get(index);
  return row === undefined ? undefined : collectionRow.parse(row);
}

function collectionId(database: DatabaseSync, index: string): number {
  const collection = findCollection(database, index);
  if (!collection) throw new CollectionNotFoundError(`There is no vector index ${index}.`);
  return collection.id;
}

function parseCursor(cursor: string | undefined): [string, string] {
  if (cursor === undefined) return ["", ""];
  const parsed = cursorSchema.safeParse(JSON.parse(Buffer.from(cursor, "base64url").toString()));
  if (!parsed.success) throw new InvalidInputError("The cursor is not one of this store's.");
  return parsed.data;
}

/** @param options.path the file; @param options.extension path of the sqlite-vec extension */
export async function sqliteDriver(options: {
  readonly path: string;
  readonly extension: string;
}): Promise<VectorDriver & Disposable> {
  const database = await openDatabase(options.path, options.extension);
  return {
    name: "sqlite",
    limits: { pointsPerWrite: 500, bytesPerWrite: 64 * 1_024 ** 2, idsPerGet: 500, idsPerDelete: 500, pageSize: 1_000 },
    [Symbol.dispose]: () => database.close(),

    async create(index, { dimensions }, signal) {
      await database.write((open) => {
        open.prepare("insert or ignore into collections (name, dimensions) values (?, ?)").run(index, dimensions);
      }, signal);
    },

    async describe(index, signal) {
      const collection = await database.read((open) => findCollection(open, index), signal);
      return collection && { dimensions: collection.dimensions, metric: "cosine" };
    },

    async drop(index, signal) {
      // By slices, so that no other process waits long.
      let left = true;
      while (left) {
        left = await database.write((open) => {
          const collection = findCollection(open, index);
          if (!collection) return false;
          const removed = open
            .prepare("delete from points where rowid in (select rowid from points where collection = ? limit 1000)")
            .run(collection.id);
          if (removed.changes > 0) return true;
          open.prepare("delete from collections where id = ?").run(collection.id);
          return false;
        }, signal);
      }
    },

    async upsert(index, points, signal) {
      await database.write((open) => {
        const collection = collectionId(open, index);
        const statement = open.prepare(`
          insert into points (collection, tenant_id, id, vector, metadata) values (?, ?, ?, ?, ?)
          on conflict do update set vector = excluded.vector, metadata = excluded.metadata`);
        for (const { tenant, id, vector, metadata } of points) {
          statement.run(collection, tenant, id, toBlob(vector), JSON.stringify(metadata));
        }
      }, signal);
    },

    async get(index, { tenant, ids }, signal) {
      const rows = await database.read((open) => {
        const statement = open.prepare(
          "select tenant_id, id, vector, metadata from points where collection = ? and tenant_id = ? and id = ?",
        );
        const collection = collectionId(open, index);
        return ids.map((id) => statement.get(collection, tenant, id)).filter((row) => row !== undefined);
      }, signal);
      return z
        .array(pointRow)
        .parse(rows)
        .map((row) => ({ tenant, id: row.id, vector: fromBlob(row.vector), metadata: metadataOf(row) }));
    },

    async delete(index, { tenant, ids }, signal) {
      await database.write((open) => {
        const collection = collectionId(open, index);
        const statement = open.prepare("delete from points where collection = ? and tenant_id = ? and id = ?");
        for (const id of ids) statement.run(collection, tenant, id);
      }, signal);
    },

    async query(index, { tenant, vector, topK, conditions }, signal) {
      const filters = conditions.map(toSql);
      const rows = await database.read((open) => {
        // Metadata is joined after the best are chosen: sorting would otherwise carry every point's text along.
        const statement = open.prepare(`
          select points.id, points.metadata, nearest.distance from (
            select rowid, vec_distance_cosine(vector, ?) as distance from points
            where ${["collection = ?", "tenant_id = ?", ...filters.map(({ sql }) => sql)].join(" and ")}
            order by distance, id limit ?
          ) nearest join points on points.rowid = nearest.rowid`);
        const parameters = filters.flatMap((filter) => filter.parameters);
        return statement.all(toBlob(vector), collectionId(open, index), tenant, ...parameters, topK);
      }, signal);
      return z
        .array(matchRow)
        .parse(rows)
        .map((row) => ({ id: row.id, score: 1 - row.distance, metadata: metadataOf(row) }));
    },

    async list(index, { limit, cursor }, signal) {
      const [afterTenant, afterId] = parseCursor(cursor);
      const rows = await database.read((open) => {
        const statement = open.prepare(`
          select tenant_id, id, metadata from points where collection = ? and (tenant_id, id) > (?, ?)
          order by tenant_id, id limit ?`);
        return statement.all(collectionId(open, index), afterTenant, afterId, limit);
      }, signal);
      const points = z
        .array(listedRow)
        .parse(rows)
        .map((row) => ({ tenant: row.tenant_id, id: row.id, metadata: metadataOf(row) }));
      const last = points.length === limit ? points.at(-1) : undefined;
      return {
        points,
        cursor: last && Buffer.from(JSON.stringify([last.tenant, last.id])).toString("base64url"),
      };
    },
  };
}
