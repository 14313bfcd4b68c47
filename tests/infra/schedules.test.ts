import { describe, expect, test } from "vitest";
import { z } from "zod";
import { catalog } from "../../contracts/catalog.ts";
import { entryPoints } from "../../infra/functions.ts";
import { synthesize } from "../helpers/synthesized.ts";

const { queues } = catalog;

const stacks = synthesize();
const schedules = stacks.ofType("AWS::Scheduler::Schedule");
const scheduled = queues.flatMap(({ tasks }) => tasks).filter((task) => task.schedule);
const targetSchema = z.object({
  Arn: z.unknown(),
  Input: z.string().transform((text) => z.record(z.string(), z.json()).parse(JSON.parse(text))),
  DeadLetterConfig: z.object({ Arn: z.unknown() }),
});

test("only tasks with a schedule have one, beside the sweeper", () => {
  expect(schedules.map((schedule) => schedule.properties.Name).toSorted()).toEqual(
    ["sluice-dev-sweeper", ...scheduled.map((task) => `sluice-dev-task-${task.name}`)].toSorted(),
  );
});

describe.each(scheduled)("task $name", (task) => {
  const schedule = schedules.find((candidate) => candidate.properties.Name === `sluice-dev-task-${task.name}`);
  const target = targetSchema.parse(schedule?.properties.Target);

  test("runs when the catalog says, in its time zone", () => {
    expect(schedule?.properties).toMatchObject({
      ScheduleExpression: task.schedule?.expression,
      ScheduleExpressionTimezone: task.schedule?.timeZone ?? "Etc/UTC",
    });
  });

  test("is submitted with an input that it takes, once for each time", () => {
    expect(target.Input).toMatchObject({ task_name: task.name, scheduled_at: "<aws.scheduler.scheduled-time>" });
    expect(task.input.safeParse(target.Input.input).success).toBe(true);
  });

  test("leaves a call that fails in a dead-letter queue", () => {
    if (!schedule) throw new Error("There is no schedule.");
    expect(stacks.target(schedule, target.DeadLetterConfig.Arn).type).toBe("AWS::SQS::Queue");
  });
});

test("by the clock of the task's own time zone, where it names one", () => {
  const inBerlin = queues.map((queue) => ({
    ...queue,
    tasks: queue.tasks.map((task) =>
      task.schedule ? { ...task, schedule: { ...task.schedule, timeZone: "Europe/Berlin" } } : task,
    ),
  }));
  const zones = synthesize({}, inBerlin)
    .ofType("AWS::Scheduler::Schedule")
    .filter(({ properties }) => String(properties.Name).includes("-task-"))
    .map(({ properties }) => properties.ScheduleExpressionTimezone);
  expect(new Set(zones)).toEqual(new Set(["Europe/Berlin"]));
});

test("without such a task there is no function to submit them", () => {
  const plain = queues.filter((queue) => queue.tasks.every((task) => !task.schedule));

  expect(Object.keys(entryPoints(plain))).not.toContain("scheduled");
  const functions = synthesize({}, plain).ofType("AWS::Lambda::Function");
  expect(functions.map((resource) => resource.properties.FunctionName)).not.toContain("sluice-dev-scheduled");
});
