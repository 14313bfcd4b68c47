import { expect, test } from "vitest";
import { runCli } from "../../helpers/cli.ts";
import { startJsonServer } from "../../helpers/json-server.ts";

const schedule = {
  schedule_id: "6a9f3f0e-5d6c-4f0a-8f3c-0d9b8b7c6a5e",
  project_id: "default",
  task_name: "keywords",
  input: { text: "Water flows downhill." },
  cron: "30 3 * * MON-FRI",
  rate: null,
  at: null,
  time_zone: "Europe/Berlin",
  enabled: true,
  priority: 1,
  created_at: "2026-11-28T12:00:00.000Z",
  last_run_at: null,
  last_task_id: null,
  next_runs: ["2026-11-30T02:30:00.000Z", "2026-12-01T02:30:00.000Z"],
  error: null,
};

test("makes a schedule of what the options say, and prints its id alone", async () => {
  const sent: unknown[] = [];
  await using server = await startJsonServer((request) => {
    sent.push(request.body);
    return { status: 201, body: schedule };
  });
  const when = ["--cron", "30 3 * * MON-FRI", "--time-zone", "Europe/Berlin"];
  const input = ["-F", "text=Water flows downhill.", "--config", "support@3", "--paused"];
  const ended = await runCli(["schedules", "create", "keywords", ...when, ...input, "--url", server.url]);

  expect(ended).toMatchObject({ code: 0, stdout: `${schedule.schedule_id}\n` });
  expect(sent.at(-1)).toEqual({
    task_name: "keywords",
    input: { text: "Water flows downhill." },
    cron: "30 3 * * MON-FRI",
    time_zone: "Europe/Berlin",
    config: { id: "support", version: 3 },
    enabled: false,
  });
});

test.each([[[]], [["--rate", "1 hour", "--cron", "0 3 * * *"]]])("refuses %o: one way to say when", async (when) => {
  const ended = await runCli(["schedules", "create", "health_check", ...when, "--url", "http://127.0.0.1:9"]);

  expect(ended.code).toBe(2);
  expect(ended.stderr).toContain("Give one of --cron, --rate and --at.");
});

test.each([
  ["list", [], { schedules: [schedule], next_cursor: null }, schedule.schedule_id],
  ["next", [schedule.schedule_id], schedule, "2026-12-01T02:30:00.000Z"],
  ["run", [schedule.schedule_id], { schedule_id: schedule.schedule_id, task_id: "job-1" }, "job-1"],
  ["pause", [schedule.schedule_id], { ...schedule, enabled: false, next_runs: [] }, "Paused"],
  ["resume", [schedule.schedule_id], schedule, "2026-11-30T02:30:00.000Z"],
  ["delete", [schedule.schedule_id], { schedule_id: schedule.schedule_id, status: "deleted" }, "Deleted"],
])("%s prints what the API answers", async (command, args, body, shown) => {
  await using server = await startJsonServer(() => ({ status: 200, body }));

  const ended = await runCli(["schedules", command, ...args, "--url", server.url]);

  expect(ended).toMatchObject({ code: 0, stderr: "" });
  expect(ended.stdout).toContain(shown);
});

test("list says which runs were left out, and over which quota", async () => {
  const last_skip = { at: "2026-11-30T02:30:00.000Z", reason: "Project default has reached the limit of 3 jobs" };
  const page = { schedules: [{ ...schedule, skipped_runs: 2, last_skip }], next_cursor: null };
  await using server = await startJsonServer(() => ({ status: 200, body: page }));

  const { stdout } = await runCli(["schedules", "list", "--url", server.url]);

  expect(stdout).toContain(`2 runs skipped, last at ${last_skip.at}: ${last_skip.reason}`);
});
