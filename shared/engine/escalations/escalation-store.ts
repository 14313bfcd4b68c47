/**
 * Escalations, in the table of jobs: one item each. Those of a project that are not resolved are listed apart from those
 * that are.
 *
 * @module
 */

import { z } from "zod";
import { escalationStates, RESOLVED_RETENTION_DAYS } from "../../../contracts/escalations/escalations.ts";
import { DAY } from "../../lib/time.ts";
import { listSort } from "../table/addresses.ts";
import { type ListPage, listPage } from "../table/list-page.ts";
import { type Item, isNew, parseItem, type Table } from "../table/table.ts";

const entrySchema = z.object({
  at: z.number(),
  action: z.enum(["opened", "acknowledged", "resolved"]),
  by: z.string(),
  note: z.string().optional(),
});

const recordSchema = z.object({
  pk: z.string(),
  project_id: z.string(),
  status: z.enum(escalationStates),
  subject: z.string(),
  reason: z.string(),
  /** As JSON. */
  payload: z.string(),
  created_at: z.number(),
  acknowledged_at: z.number().optional(),
  acknowledged_by: z.string().optional(),
  resolved_at: z.number().optional(),
  resolved_by: z.string().optional(),
  /** As JSON. */
  decision: z.string().optional(),
  start_task: z.string().optional(),
  /** When they were notified. */
  topic_told_at: z.number().optional(),
  url_told_at: z.number().optional(),
  url_answer: z.number().optional(),
  history: z.array(entrySchema),
});

/** An escalation's item. Its id is that of the job that escalated. */
export type EscalationRecord = z.infer<typeof recordSchema> & { readonly escalation_id: string };

/** What a new escalation is made of. */
export type NewEscalation = Pick<EscalationRecord, "escalation_id" | "project_id" | "subject" | "reason" | "payload">;

/** How it was resolved. */
export interface Resolution {
  readonly by: string;
  readonly note: string | undefined;
  /** As JSON. */
  readonly decision: string;
  /** The task that is started with the decision. */
  readonly startTask: string | undefined;
}

const PREFIX = "ESCALATION#";
const escalationKey = (id: string) => ({ pk: PREFIX + id, sk: "head" });
const listPartition = (tenant: string, isResolved: boolean) =>
  `ESCALATIONS#${tenant}#${isResolved ? "resolved" : "unresolved"}`;

function parse(item: Readonly<Record<string, unknown>>): EscalationRecord {
  return { ...parseItem(recordSchema, item), escalation_id: String(item.pk).slice(PREFIX.length) };
}

/** Makes, finds and changes escalations. */
export class EscalationStore {
  readonly #table: Table;
  readonly #now: () => number;

  constructor(table: Table, now: () => number) {
    this.#table = table;
    this.#now = now;
  }

  /** Opens an escalation, once: for an id that there is, the one that is there is given back. */
  async open({ escalation_id: id, ...escalation }: NewEscalation): Promise<EscalationRecord> {
    const now = this.#now();
    const item = {
      ...escalationKey(id),
      ...escalation,
      status: "open",
      created_at: now,
      history: [{ at: now, action: "opened", by: `job ${id}` }],
      list_pk: listPartition(escalation.project_id, false),
      list_sk: listSort(now, id),
    };
    if (await this.#table.putIf(item, isNew)) return parse(item);
    const there = await this.get(id);
    if (!there) throw new Error(`Escalation ${id} is being removed.`);
    return there;
  }

  /** One read. @returns undefined when there is none */
  async get(id: string): Promise<EscalationRecord | undefined> {
    const item = await this.#table.get(escalationKey(id));
    return item && parse(item);
  }

  /** A project's escalations, newest first. @throws InvalidCursorError */
  async list(tenant: string, { isResolved, ...page }: ListPage & { readonly isResolved: boolean }) {
    const keyOf = ({ pk }: Item) => escalationKey(String(pk).slice(PREFIX.length));
    const { items, nextCursor } = await listPage(this.#table, listPartition(tenant, isResolved), { ...page, keyOf });
    return { escalations: items.map(parse), nextCursor };
  }

  /** Records that the topic or the URL was notified, so that a repeated run does not notify it again. */
  async recordNotified(id: string, told: { readonly topic: true } | { readonly url: number }): Promise<void> {
    const now = this.#now();
    const set = "topic" in told ? { topic_told_at: now } : { url_told_at: now, url_answer: told.url };
    await this.#table.updateIf(escalationKey(id), { set }, { condition: "attribute_exists(#pk)" });
  }

  /** Somebody takes it on. @returns undefined when it was not open any more */
  async acknowledge(id: string, by: string, note?: string): Promise<EscalationRecord | undefined> {
    const now = this.#now();
    const item = await this.#table.updateIf(
      escalationKey(id),
      {
        set: { status: "acknowledged", acknowledged_at: now, acknowledged_by: by },
        append: { history: [{ at: now, action: "acknowledged", by, ...(note !== undefined && { note }) }] },
      },
      { condition: "#status = :open", values: { ":open": "open" } },
    );
    return item && parse(item);
  }

  /** It is decided. @returns undefined when it was resolved before */
  async resolve(
    record: EscalationRecord,
    { by, note, decision, startTask }: Resolution,
  ): Promise<EscalationRecord | undefined> {
    const now = this.#now();
    const item = await this.#table.updateIf(
      escalationKey(record.escalation_id),
      {
        set: {
          ...{ status: "resolved", resolved_at: now, resolved_by: by, decision, start_task: startTask },
          list_pk: listPartition(record.project_id, true),
          ttl: Math.ceil(now / 1_000) + RESOLVED_RETENTION_DAYS * DAY,
        },
        append: { history: [{ at: now, action: "resolved", by, ...(note !== undefined && { note }) }] },
      },
      { condition: "#status <> :resolved AND attribute_exists(#pk)", values: { ":resolved": "resolved" } },
    );
    return item && parse(item);
  }
}
