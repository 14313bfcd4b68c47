/**
 * The restore drill of docs/deployment.md: a table loses its records, `sluice restore` brings them back from a restored
 * backup, and what waited or ran is run again.
 *
 * @module
 */

import {
  CreateBackupCommand,
  CreateTableCommand,
  DescribeTableCommand,
  DynamoDBClient,
  PutItemCommand,
  paginateScan,
  RestoreTableFromBackupCommand,
  ScanCommand,
} from "@aws-sdk/client-dynamodb";
import { afterAll, beforeAll, expect, it } from "vitest";
import { runCli } from "../../helpers/cli.ts";
import { Engine } from "../../helpers/engine.ts";
import { eventually } from "../../helpers/eventually.ts";
import { type StackDescriber, startStackDescriber } from "../../helpers/stack-describer.ts";

const MINUTE = 60_000;

let engine: Engine;
let stacks: StackDescriber;
let dynamodb: DynamoDBClient;
beforeAll(async () => {
  engine = await Engine.start();
  stacks = await startStackDescriber("sluice-test-storage");
  stacks.has({ TableName: engine.services.store.table.name });
  dynamodb = new DynamoDBClient({});
});
afterAll(async () => {
  dynamodb.destroy();
  await stacks[Symbol.asyncDispose]();
  await engine.close();
});

/** A backup of the table, restored under another name; the embedded emulator has no backups, and is copied. */
async function restoredBackup(): Promise<string> {
  const TableName = engine.services.store.table.name;
  const restored = `${TableName}-restored`;
  const isActive = async () =>
    (await dynamodb.send(new DescribeTableCommand({ TableName: restored }))).Table?.TableStatus === "ACTIVE";
  const backup = await dynamodb.send(new CreateBackupCommand({ TableName, BackupName: "drill" })).catch((error) => {
    if (error instanceof Error && error.name === "UnknownOperationException") return undefined;
    throw error;
  });
  if (backup) {
    const BackupArn = backup.BackupDetails?.BackupArn;
    await dynamodb.send(new RestoreTableFromBackupCommand({ BackupArn, TargetTableName: restored }));
    await eventually("the table is restored", isActive);
    return restored;
  }
  await dynamodb.send(
    new CreateTableCommand({
      TableName: restored,
      BillingMode: "PAY_PER_REQUEST",
      AttributeDefinitions: ["pk", "sk"].map((AttributeName) => ({ AttributeName, AttributeType: "S" })),
      KeySchema: [
        { AttributeName: "pk", KeyType: "HASH" },
        { AttributeName: "sk", KeyType: "RANGE" },
      ],
    }),
  );
  await eventually("the copy is made", isActive);
  for await (const { Items = [] } of paginateScan({ client: dynamodb }, { TableName })) {
    for (const Item of Items) await dynamodb.send(new PutItemCommand({ TableName: restored, Item }));
  }
  return restored;
}

const restore = (from: string, ...more: string[]) =>
  runCli(["restore", "--from", from, "--stage", "test", "--json", ...more]);
const counts = async (run: ReturnType<typeof restore>): Promise<Record<string, unknown>> => {
  const { code, stdout, stderr } = await run;
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  return JSON.parse(stdout);
};
const items = async () => (await dynamodb.send(new ScanCommand({ TableName: engine.services.store.table.name }))).Count;

it("lost records are back as they were, what waited or ran is run again, and what is there is not touched", async () => {
  engine.code = async ({ value }) => ({ value: String(value).slice(0, 20) });
  const done = await engine.submit({ input: { value: Array.from({ length: 2_000 }, Math.random).join() } });
  await engine.step();
  const running = await engine.submit({ input: { value: "running" } });
  // Its worker has claimed it and never comes back.
  engine.code = () => new Promise(() => {});
  void engine.step().catch(() => undefined);
  await eventually("the claim", async () => (await engine.record(running.task_id)).status === "STARTED");
  engine.code = async ({ value }) => ({ value });
  const kept = await engine.submit({ input: { value: "kept" } });
  const waiting = await engine.submit({ input: { value: "waiting" } });
  const before = await engine.record(done.task_id);
  const restored = await restoredBackup();
  const total = await items();

  await engine.emptyTable();
  for (let message = await engine.receive(); message; message = await engine.receive()) {
    await engine.acknowledge(message, "test-high");
  }
  const { table } = engine.services.store;
  await table.put({ pk: `J#${kept.task_id}`, sk: "head", note: "written since" });
  const lost = (total ?? 0) - 1;

  const dry = await counts(restore(restored, "--dry-run"));
  expect(dry).toEqual({ table: table.name, looked_at: total, expired: 0, schedules: 0, missing: lost, restored: 0 });
  expect(await items()).toBe(1);
  expect(await counts(restore(restored))).toMatchObject({ missing: lost, restored: lost });
  expect(await counts(restore(restored))).toMatchObject({ missing: 0, restored: 0 });

  expect(await table.get({ pk: `J#${kept.task_id}`, sk: "head" })).toMatchObject({ note: "written since" });
  expect(await engine.record(done.task_id)).toEqual(before);
  expect(await engine.services.store.readInput(before)).toMatchObject({ value: expect.stringMatching(/^0\.\d/) });
  await table.delete({ pk: `J#${kept.task_id}`, sk: "head" });
  engine.clockOffsetMs += 20 * MINUTE;
  for (const { task_id: id } of [running, waiting]) {
    for (let sweeps = 0; (await engine.record(id)).status !== "SUCCESS" && sweeps < 10; sweeps++) {
      await engine.sweep();
      for (let message = await engine.receive(); message; message = await engine.receive())
        await engine.handle(message);
      engine.clockOffsetMs += MINUTE;
    }
    expect(await engine.record(id)).toMatchObject({ status: "SUCCESS" });
  }
});

it("what has expired meanwhile is left out, and the stage's own table is no copy", async () => {
  const { table } = engine.services.store;
  const from = `${table.name}-restored`;
  const expired = { pk: { S: "J#expired" }, sk: { S: "head" }, ttl: { N: "1000" } };
  await dynamodb.send(new PutItemCommand({ TableName: from, Item: expired }));

  expect(await counts(restore(from))).toMatchObject({ expired: 1 });
  expect(await table.get({ pk: "J#expired", sk: "head" })).toBeUndefined();
  expect(await restore(table.name)).toMatchObject({ code: 2, stderr: expect.stringContaining("own table") });
  expect(await restore("nowhere")).toMatchObject({ code: 4 });
});

it("schedules that were deleted meanwhile come back on request alone", async () => {
  const { table } = engine.services.store;
  const from = `${table.name}-restored`;
  for (const pk of ["SCHEDULE#deleted", "SCHEDULES#acme"]) {
    await dynamodb.send(new PutItemCommand({ TableName: from, Item: { pk: { S: pk }, sk: { S: "head" } } }));
  }

  expect(await counts(restore(from))).toMatchObject({ schedules: 2, missing: 0, restored: 0 });
  expect(await table.get({ pk: "SCHEDULE#deleted", sk: "head" })).toBeUndefined();
  expect(await counts(restore(from, "--schedules"))).toMatchObject({ schedules: 0, missing: 2, restored: 2 });
  expect(await table.get({ pk: "SCHEDULE#deleted", sk: "head" })).toBeDefined();
});
