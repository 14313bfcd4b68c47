/**
 * What a project has uploaded today: counted where a quota is set, in one item for each project and day, by the update that
 * asks whether there is room.
 *
 * @module
 */

import type { Quotas } from "../../../contracts/settings/quotas.ts";
import { DAY, inSeconds } from "../../lib/time.ts";
import type { Table } from "../table/table.ts";
import type { Reached } from "./rolling.ts";
import { dayOf } from "./usage.ts";

/** A day's count is examined on that day alone. */
const KEPT_DAYS = 3;
const DAY_MS = DAY * 1_000;

/** What was uploaded: documents, and bytes of those and of lists of inputs. */
export interface Uploaded {
  readonly documents: number;
  readonly bytes: number;
}

/** Whose quota, and when: milliseconds since the epoch. */
export interface QuotaOf {
  readonly tenant: string;
  readonly quotas: Quotas;
  readonly now: number;
}

const keyOf = ({ tenant, now }: Omit<QuotaOf, "quotas">) => ({ pk: `UPLOADED#${tenant}`, sk: dayOf(now) });

/** Whether a project's uploads are counted. */
export const countsUploads = ({ documents_per_day: documents, upload_bytes_per_day: bytes }: Quotas): boolean =>
  documents !== undefined || bytes !== undefined;

/**
 * Takes an upload from what is left of the day: one write.
 * @returns the quota that has no room for it; undefined when it was taken
 */
export async function takeUpload(table: Table, of: QuotaOf, upload: Uploaded): Promise<Reached | undefined> {
  const { documents_per_day: documents, upload_bytes_per_day: most } = of.quotas;
  const bounds = [
    ...(documents === undefined || upload.documents === 0
      ? []
      : [{ name: "documents", room: documents - upload.documents }]),
    ...(most === undefined ? [] : [{ name: "bytes", room: most - upload.bytes }]),
  ];
  // A list of inputs is no document.
  if (bounds.length === 0) return undefined;
  // Nothing was ever used of a day that has no item, but an upload may be larger than the quota.
  const taken =
    bounds.every(({ room }) => room >= 0) &&
    (await table.updateIf(
      keyOf(of),
      { add: { documents: upload.documents, bytes: upload.bytes }, set: { ttl: inSeconds(of.now) + KEPT_DAYS * DAY } },
      {
        condition: bounds.map(({ name }) => `(attribute_not_exists(#${name}) OR #${name} <= :${name})`).join(" AND "),
        values: Object.fromEntries(bounds.map(({ name, room }) => [`:${name}`, room])),
      },
    ));
  if (taken) return undefined;
  const roomAt = of.now - (of.now % DAY_MS) + DAY_MS;
  const used = await readUploaded(table, of);
  return documents !== undefined && used.documents + upload.documents > documents
    ? { kind: "documents_per_day", most: documents, tenant: of.tenant, roomAt }
    : { kind: "upload_bytes_per_day", most: most ?? 0, tenant: of.tenant, roomAt };
}

/** Gives back what was taken for an upload that came to nothing. */
export const giveBackUpload = (table: Table, of: QuotaOf, bytes: number): Promise<void> =>
  table.update(keyOf(of), { add: { documents: -1, bytes: -bytes } });

/** What a project has uploaded today. */
export async function readUploaded(table: Table, of: Omit<QuotaOf, "quotas">): Promise<Uploaded> {
  const { documents = 0, bytes = 0 } = (await table.get(keyOf(of))) ?? {};
  return { documents: Number(documents), bytes: Number(bytes) };
}
