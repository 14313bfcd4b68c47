/**
 * Finding a project's jobs, newest first. The list index knows a job's task and batch; for everything else its record is
 * read. One call examines a bounded number of both and then ends with a cursor, whether the page is full or not.
 *
 * @module
 */

import type { JobState } from "../../../contracts/jobs/states.ts";
import { table } from "../../../contracts/resources.ts";
import { listPartitions, listSort, taskIdOf } from "../table/addresses.ts";
import { decodeCursor, encodeCursor } from "../table/cursor.ts";
import type { Table } from "../table/table.ts";
import type { JobRecord } from "./record.ts";

/** Which jobs are listed. */
export interface JobQuery {
  readonly tenant: string;
  readonly status?: JobState | undefined;
  readonly taskName?: string | undefined;
  /** Tasks whose jobs are left out. */
  readonly hiddenTasks?: ReadonlySet<string> | undefined;
  readonly batchId?: string | undefined;
  readonly traceId?: string | undefined;
  /** `NAME:VALUE`. */
  readonly tag?: string | undefined;
  /** Words that must all occur in what {@link searchedText} gives, in any case and order. */
  readonly text?: string | undefined;
  /** Milliseconds since the epoch, inclusive. */
  readonly createdAfter?: number | undefined;
  readonly createdBefore?: number | undefined;
  readonly limit: number;
  readonly cursor?: string | undefined;
}

/** One page of jobs. */
export interface JobPage {
  readonly jobs: readonly JobRecord[];
  /** Given while there may be more, even after a page without a job. */
  readonly nextCursor: string | null;
  /** Jobs that were examined, and when the last of them was made; undefined when there was none. */
  readonly searched: { readonly jobs: number; readonly backTo: number | undefined };
}

/** How much one call examines. A record costs half a read unit, an index entry a twentieth of that. */
const MAX_ENTRIES = 10_000;
const MAX_RECORDS = 1_000;
/** Records read at once: what one batch read takes. */
const GROUP = 100;
const ENTRIES_PER_QUERY = 250;

interface JobSource {
  readonly table: Table;
  getMany(taskIds: readonly string[]): Promise<JobRecord[]>;
}

/** A job in the list index. */
interface Entry {
  readonly taskId: string;
  readonly sort: string;
  readonly taskName: unknown;
  readonly batchId: unknown;
}

/** @throws InvalidCursorError */
export async function listJobs(source: JobSource, query: JobQuery): Promise<JobPage> {
  const jobs: JobRecord[] = [];
  let last: string | undefined;
  let entriesLeft = MAX_ENTRIES;
  let recordsLeft = MAX_RECORDS;
  const page = (more: boolean): JobPage => ({
    jobs,
    nextCursor: more && last !== undefined ? encodeCursor(last) : null,
    searched: {
      jobs: MAX_ENTRIES - entriesLeft,
      backTo: last === undefined ? undefined : Number.parseInt(last, 10),
    },
  });
  const entries = newestFirst(source, query);
  try {
    while (entriesLeft > 0 && recordsLeft > 0) {
      const { group, ended } = await nextGroup(entries, query, {
        fitting: Math.min(groupSize(query), recordsLeft),
        most: entriesLeft,
      });
      const wanted = group.filter((entry) => fits(entry, query));
      recordsLeft -= wanted.length;
      const heads = new Map(
        (await source.getMany(wanted.map(({ taskId }) => taskId))).map((head) => [head.task_id, head]),
      );
      for (const { taskId, sort } of group) {
        const head = heads.get(taskId);
        if (head && matches(head, query)) {
          // One more than asked for: only now is it sure that there is a next page.
          if (jobs.length === query.limit) return page(true);
          jobs.push(head);
        }
        last = sort;
        entriesLeft -= 1;
      }
      if (ended) return page(false);
    }
    return page(true);
  } finally {
    await entries.return(undefined);
  }
}

/** Nearly every record of a list is shown; of a search, most are only examined. */
function groupSize({ status, traceId, tag, text, limit }: JobQuery): number {
  const sifted = status !== undefined || traceId !== undefined || tag !== undefined || text !== undefined;
  return sifted ? GROUP : Math.min(GROUP, limit + 1);
}

/** The next entries, until so many of them fit. */
async function nextGroup(
  entries: AsyncGenerator<Entry, void>,
  query: JobQuery,
  { fitting, most }: { readonly fitting: number; readonly most: number },
) {
  const group: Entry[] = [];
  for (let found = 0; found < fitting && group.length < most; ) {
    const { value, done } = await entries.next();
    if (done) return { group, ended: true };
    group.push(value);
    if (fits(value, query)) found += 1;
  }
  return { group, ended: false };
}

/** The shards of the list index as one. */
async function* newestFirst(source: JobSource, query: JobQuery): AsyncGenerator<Entry, void> {
  const before = query.cursor === undefined ? undefined : decodeCursor(query.cursor);
  const shards = await Promise.all(
    listPartitions(query.tenant).map(async (partition) => {
      const entries = entriesOf(source, partition, { ...query, before });
      return { entries, next: await entries.next() };
    }),
  );
  for (;;) {
    let newest: { shard: (typeof shards)[number]; entry: Entry } | undefined;
    for (const shard of shards) {
      if (shard.next.done) continue;
      if (newest === undefined || shard.next.value.sort > newest.entry.sort)
        newest = { shard, entry: shard.next.value };
    }
    if (newest === undefined) return;
    yield newest.entry;
    newest.shard.next = await newest.shard.entries.next();
  }
}

async function* entriesOf(
  source: JobSource,
  partition: string,
  { createdAfter = 0, createdBefore = 999_999_999_999_999, limit, before }: JobQuery & { before: string | undefined },
): AsyncGenerator<Entry, void> {
  const index = table.listIndex;
  // "$" sorts after "#": every id of that millisecond is included.
  // Whole and not negative: anything else would not sort as the number that it is.
  const latest = `${listSort(Math.max(0, Math.floor(createdBefore)), "").slice(0, -1)}$`;
  const from = listSort(Math.max(0, Math.ceil(createdAfter)), "");
  const until = before !== undefined && before < latest ? before : latest;
  // DynamoDB refuses an empty range, such as that of a cursor from before created_after.
  if (createdBefore < 0 || from > until) return;
  const pages = source.table.pages({
    index,
    partition,
    from,
    until,
    newestFirst: true,
    firstPageSize: Math.min(ENTRIES_PER_QUERY, limit + 2),
    pageSize: ENTRIES_PER_QUERY,
  });
  for await (const page of pages) {
    for (const item of page) {
      const sort = String(item[index.sortKey]);
      // The cursor itself is included.
      if (sort === before) continue;
      yield { sort, taskId: taskIdOf(item), taskName: item.task_name, batchId: item.batch_id };
    }
  }
}

/** What the index alone contains. */
function fits(entry: Entry, { taskName, hiddenTasks, batchId }: JobQuery): boolean {
  return (
    !hiddenTasks?.has(String(entry.taskName)) &&
    (taskName === undefined || entry.taskName === taskName) &&
    (batchId === undefined || entry.batchId === batchId)
  );
}

function matches(record: JobRecord, { status, traceId, tag, text }: JobQuery): boolean {
  return (
    (status === undefined || record.status === status) &&
    (traceId === undefined || record.trace_id === traceId) &&
    (tag === undefined || tagsOf(record).includes(tag)) &&
    (text === undefined || containsWords(searchedText(record), text))
  );
}

const tagsOf = ({ tags = {} }: JobRecord): string[] => Object.entries(tags).map(([name, value]) => `${name}:${value}`);

/** The text that is searched, all of it in the head: inputs and results may be stored elsewhere, and are not read. */
const searchedText = (record: JobRecord): string =>
  [
    record.task_id,
    record.task_name,
    record.project_id,
    record.batch_id,
    record.trace_id,
    record.worker,
    ...tagsOf(record),
    record.error?.type,
    record.error?.message,
    record.progress?.message,
  ]
    .filter((part) => part !== undefined && part !== null)
    .join("\n")
    .toLowerCase();

const containsWords = (text: string, words: string): boolean =>
  words
    .toLowerCase()
    .split(/\s+/)
    .every((word) => text.includes(word));
