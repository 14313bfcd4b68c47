/**
 * Schedules made by API, over HTTP on the embedded stack, whose sweeper comes by its own schedule.
 *
 * @module
 */

import { expect, it } from "vitest";
import { scheduleSchema } from "../../contracts/schedules/schedules.ts";
import { eventually } from "../helpers/eventually.ts";
import { startTestStack } from "../helpers/stack.ts";

it("a schedule's job runs when its time has come, once, and the schedule is over", async () => {
  await using stack = await startTestStack({ timeScale: 60 });
  // A time that has passed before the API comes to the request is refused: asked again with a later one.
  const { id, at } = await eventually("a schedule is made before its time", async () => {
    const soon = new Date(Date.now() + 4_000).toISOString();
    const made = await stack.post("/schedules", { task_name: "health_check", input: { echo: "tick" }, at: soon });
    return made.status === 201 && { id: scheduleSchema.parse(await made.json()).schedule_id, at: soon };
  });
  const read = async () => scheduleSchema.parse(await (await stack.request(`/schedules/${id}`)).json());

  const over = await eventually("the job is submitted", async () => {
    const schedule = await read();
    return schedule.last_task_id === null ? undefined : schedule;
  });
  expect(over).toMatchObject({ enabled: false, last_run_at: at, next_runs: [] });
  const job = await stack.waitFor(over.last_task_id ?? "");

  expect(job).toMatchObject({ status: "SUCCESS", priority: 1, result: { echo: "tick" } });
  expect(Date.parse(job.started_at ?? "")).toBeGreaterThanOrEqual(Date.parse(at) - 1_000);
  const listed = await (await stack.request("/jobs?task_name=health_check")).json();
  expect(listed).toMatchObject({ jobs: [{ task_id: over.last_task_id }] });

  const ofCatalog = await eventually("a schedule of the catalog has run", async () => {
    const response = await stack.request("/schedules/catalog-process_dead_letter_queue");
    const schedule = scheduleSchema.parse(await response.json());
    return schedule.last_task_id !== null && schedule;
  });
  expect(ofCatalog).toMatchObject({ source: "catalog", rate: "15 minutes", next_runs: { length: 5 } });
  const { task_name } = await stack.job(ofCatalog.last_task_id ?? "");
  expect(task_name).toBe("process_dead_letter_queue");
}, 180_000);
