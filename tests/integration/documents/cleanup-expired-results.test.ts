import { randomBytes } from "node:crypto";
import { afterAll, afterEach, beforeAll, expect, test, vi } from "vitest";
import { catalog } from "../../../contracts/catalog.ts";
import { run } from "../../../functions/tasks/cleanup-expired-results.ts";
import { writePayload } from "../../../shared/engine/jobs/store.ts";
import { submitJob } from "../../../shared/engine/jobs/submit.ts";
import { inSeconds } from "../../../shared/lib/time.ts";
import { type EmulatedServices, startEmulatedServices } from "../../helpers/emulated-services.ts";
import { taskContext } from "../../helpers/task-context.ts";

let emulated: EmulatedServices;
beforeAll(async () => {
  emulated = await startEmulatedServices(catalog);
  Object.assign(process.env, emulated.services.resources);
});
afterEach(() => vi.useRealTimers());
afterAll(() => emulated.close());

const large = () => randomBytes(20_000).toString("hex");
const cleanUp = (dry_run = false) => run({ dry_run }, taskContext());

test("deletes what was stored for jobs that are no more, after a day, and nothing of a job that lives", async () => {
  const { services } = emulated;
  const echo = large();
  const { job } = await submitJob(services, { taskName: "health_check", tenant: "default", input: { echo } });
  await writePayload(services.store.payloads, "never-written", {
    value: { echo: large() },
    ttl: inSeconds(Date.now()) + 60,
  });

  vi.useFakeTimers({ toFake: ["Date"] });
  expect(await cleanUp()).toEqual({ examined: 2, deleted: 0, dry_run: false });

  vi.setSystemTime(Date.now() + 25 * 3_600_000);
  expect(await cleanUp(true)).toEqual({ examined: 2, deleted: 1, dry_run: true });
  expect(await cleanUp()).toEqual({ examined: 2, deleted: 1, dry_run: false });
  expect(await cleanUp()).toEqual({ examined: 1, deleted: 0, dry_run: false });

  const record = await services.store.get(job.task_id);
  expect(record && (await services.store.readInput(record))).toEqual({ echo });
});
