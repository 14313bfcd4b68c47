/**
 * Copies what a stage's table has lost from a restored copy of it, with AWS credentials. Nothing that is there is changed.
 *
 * @module
 */

import type { AttributeValue, DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { keyTable, table } from "../../contracts/resources.ts";
import type { Cli } from "../cli.ts";
import { CliError, usage } from "../exit-codes.ts";
import { stackOutputs } from "./stacks.ts";
import { fromAws, regionOf, type StageOptions, stackName, stageTarget } from "./stage.ts";

/** What is copied. */
export interface RestoreOptions extends StageOptions {
  /** The restored copy. */
  readonly from: string;
  /** API keys, in place of jobs and all else. */
  readonly keys?: boolean | undefined;
  /** Schedules as well, which run again then. */
  readonly schedules?: boolean | undefined;
  /** Counts alone. */
  readonly dryRun?: boolean | undefined;
}

/** What was found, in items. */
export interface Restored {
  readonly table: string;
  readonly looked_at: number;
  /** Past their expiry: left out. */
  readonly expired: number;
  /** Of schedules, left out unless they are asked for. */
  readonly schedules: number;
  readonly missing: number;
  /** 0 of a dry run; fewer than the missing when others wrote them meanwhile. */
  readonly restored: number;
}

type Item = Record<string, AttributeValue>;

/** Keys that one batch read takes. */
const BATCH = 100;
const AT_ONCE = 10;
/** Partitions of schedules: one that was deleted since the copy would run again, at once for the time that has passed. */
const SCHEDULES = /^SCHEDULES?#/;

/**
 * Copies the items that are missing.
 * @throws CliError when the stage or a table is not there, or both are the same
 */
export async function restore(cli: Cli, options: RestoreOptions): Promise<Restored> {
  const { from, keys = false, schedules = false, dryRun = false } = options;
  const target = stageTarget(cli, options);
  const to = (await stackOutputs(target, "storage")).get(keys ? "KeyTableName" : "TableName");
  if (to === undefined) throw new CliError("missing", `Stack ${stackName(target, "storage")} does not name the table.`);
  if (to === from) throw usage(`--from ${from}: is the stage's own table. Give the one that was restored from it.`);
  const { DynamoDBClient, paginateScan } = await import("@aws-sdk/client-dynamodb");
  const client = new DynamoDBClient(regionOf(target));
  const found = { table: to, looked_at: 0, expired: 0, schedules: 0, missing: 0, restored: 0 };
  const copy: Copy = { client, to, keyNames: keys ? [keyTable.partitionKey] : [table.partitionKey, table.sortKey] };
  await fromAws(async () => {
    const pages = paginateScan({ client, pageSize: BATCH }, { TableName: from, ConsistentRead: true });
    for await (const { Items = [] } of pages) {
      const lost = await missingOf(copy, Items);
      const now = Math.floor(Date.now() / 1_000);
      const live = lost.filter((item) => !(Number(item[table.ttl]?.N) < now));
      const wanted = schedules ? live : live.filter((item) => !SCHEDULES.test(item[table.partitionKey]?.S ?? ""));
      found.looked_at += Items.length;
      found.expired += lost.length - live.length;
      found.schedules += live.length - wanted.length;
      found.missing += wanted.length;
      if (!dryRun) found.restored += await put(copy, wanted);
    }
  }, `table ${from}`);
  return found;
}

interface Copy {
  readonly client: DynamoDBClient;
  readonly to: string;
  /** Names of the key's attributes. */
  readonly keyNames: readonly string[];
}

const keyOf = ({ keyNames }: Copy, item: Item): Item =>
  Object.fromEntries(keyNames.flatMap((name) => (item[name] === undefined ? [] : [[name, item[name]]])));

/** Those of up to 100 items whose key the table does not have. */
async function missingOf(copy: Copy, items: readonly Item[]): Promise<Item[]> {
  const { BatchGetItemCommand } = await import("@aws-sdk/client-dynamodb");
  const place = (item: Item) => JSON.stringify(keyOf(copy, item));
  const there = new Set<string>();
  const names = Object.fromEntries(copy.keyNames.map((name, index) => [`#${index}`, name]));
  for (let asked = items.map((item) => keyOf(copy, item)); asked.length > 0; ) {
    const { Responses, UnprocessedKeys } = await copy.client.send(
      new BatchGetItemCommand({
        RequestItems: {
          [copy.to]: {
            Keys: asked,
            ConsistentRead: true,
            ProjectionExpression: Object.keys(names).join(", "),
            ExpressionAttributeNames: names,
          },
        },
      }),
    );
    for (const item of Responses?.[copy.to] ?? []) there.add(place(item));
    asked = UnprocessedKeys?.[copy.to]?.Keys ?? [];
  }
  return items.filter((item) => !there.has(place(item)));
}

/** @returns how many were still missing */
async function put(copy: Copy, items: readonly Item[]): Promise<number> {
  const { PutItemCommand } = await import("@aws-sdk/client-dynamodb");
  const waiting = [...items];
  let written = 0;
  const work = async (): Promise<void> => {
    for (let Item = waiting.pop(); Item !== undefined; Item = waiting.pop()) {
      const command = new PutItemCommand({
        TableName: copy.to,
        Item,
        ConditionExpression: "attribute_not_exists(#key)",
        ExpressionAttributeNames: { "#key": copy.keyNames[0] ?? "" },
      });
      try {
        await copy.client.send(command);
        written += 1;
      } catch (error) {
        // A new item of that key is the one that counts.
        if (!(error instanceof Error && error.name === "ConditionalCheckFailedException")) throw error;
      }
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  return written;
}
