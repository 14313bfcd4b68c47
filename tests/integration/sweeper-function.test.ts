/**
 * The sweeper's function as it is called every minute: what one of its parts cannot do keeps the others from nothing.
 *
 * @module
 */

import { afterAll, beforeAll, expect, it, vi } from "vitest";
import { scheduleSchema } from "../../contracts/schedules/schedules.ts";
import { WorkPartitions } from "../../shared/engine/monitoring/work-at-once.ts";
import { workPartitions } from "../../shared/engine/table/addresses.ts";
import { Table } from "../../shared/engine/table/table.ts";
import { lambdaContext } from "../helpers/lambda-context.ts";
import { TestApi } from "../helpers/test-api.ts";

let api: TestApi;
beforeAll(async () => {
  api = await TestApi.start();
  const { SLUICE_STAGE, SLUICE_TABLE, SLUICE_BUCKET, SLUICE_QUEUE_URL_PREFIX } = api.jobs.resources;
  Object.assign(process.env, { SLUICE_STAGE, SLUICE_TABLE, SLUICE_BUCKET, SLUICE_QUEUE_URL_PREFIX });
});
afterAll(() => api.close());

it("runs the schedules though part of the jobs cannot be read, and throws in the end", async () => {
  const body = { task_name: "summarize", input: { text: "Water flows downhill." }, cron: "* * * * *" };
  const made = scheduleSchema.parse((await api.call("POST", "/schedules", { body })).body);
  // As of an index that is too large to be read at once.
  vi.spyOn(WorkPartitions, "read").mockResolvedValueOnce({ of: workPartitions } as unknown as WorkPartitions);
  const { pages } = Table.prototype;
  vi.spyOn(Table.prototype, "pages").mockImplementation(function (this: Table, query) {
    if (query.partition.startsWith("RUN#")) throw new Error("throttled");
    return pages.call(this, query);
  });
  const { handler } = await import("../../functions/sweeper.ts");

  await expect(handler({}, lambdaContext)).rejects.toThrow(AggregateError);

  const after = await api.call("GET", `/schedules/${made.schedule_id}`);
  expect(scheduleSchema.parse(after.body).last_task_id).not.toBeNull();
});
