import { Command } from "@commander-js/extra-typings";
import type { AnswerOf } from "../../client/index.ts";
import type { Cli } from "../cli.ts";
import { examples } from "../examples.ts";
import { usage } from "../exit-codes.ts";
import { collect } from "../input/collect.ts";
import { CONFIG_HELP, readConfig } from "../input/config.ts";
import { parseTime } from "../input/duration.ts";
import { parseWhole } from "../input/number.ts";
import { readInput } from "../input/task-input.ts";
import { findTaskShape } from "../input/task-shape.ts";
import { printTable } from "../output/table.ts";

type ScheduleShown = AnswerOf<"GET /api/v1/schedules/{schedule_id}">;

/** Runs that were left out, in words; empty when there were none. */
const skipOf = ({ skipped_runs: runs, last_skip: last }: ScheduleShown): string =>
  last ? `${runs} ${runs === 1 ? "run" : "runs"} skipped, last at ${last.at}: ${last.reason}` : "";

/** `sluice schedules`: tasks that run again and again. */
export const schedulesCommand = (cli: Cli) =>
  new Command("schedules")
    .summary("run tasks again and again")
    .description("Schedules submit a task at given times. Schedules of the catalog can be run here, but not changed.")
    .addHelpText(
      "after",
      examples(
        [
          'sluice schedules create keywords --cron "30 3 * * MON-FRI" --time-zone Europe/Berlin -f a.txt',
          "each weekday",
        ],
        ['sluice schedules create health_check --rate "5 minutes"', "every five minutes"],
        ["sluice schedules list", "what runs next"],
      ),
    )
    .addCommand(
      new Command("create")
        .description("Creates a schedule and prints its ID. Give one of --cron, --rate and --at.")
        .argument("<task>", "name or alias; `sluice tasks` lists them")
        .option("--cron <fields>", "minute, hour, day of the month, month, day of the week")
        .option("--rate <interval>", "such as `5 minutes`, `1 hour`, `2 days`")
        .option("--at <time>", "once, at this time (ISO 8601)", parseTime)
        .option("--time-zone <name>", "time zone of --cron (default: UTC)")
        .option("-f, --file <file>", "read the text, or the whole input from a .json file; - is standard input")
        .option("-i, --input <json>", "the input as a JSON object; - is standard input")
        .option("-F, --field <name=value>", "one field; can be repeated; name=@file reads it from a file", collect)
        .option("--priority <0-10>", "5 and higher selects the high lane (default: 1)", parseWhole(0, 10))
        .option("--config <config>", `for tasks that use a language model: ${CONFIG_HELP}`)
        .option("--callback-url <url>", "receives a signed webhook when each of its jobs has finished")
        .option("--paused", "create it paused")
        .option("--project <id>", "project to run it for (admin keys)")
        .action(async (name, options) => {
          const times = [options.cron, options.rate, options.at].filter((each) => each !== undefined);
          if (times.length !== 1) throw usage("Give one of --cron, --rate and --at.");
          const task = await findTaskShape(cli, name);
          const input = await readInput(task, options, cli.stdin);
          const schedule = await cli.client().schedules.create(
            {
              task_name: task.name,
              input,
              ...(options.cron !== undefined && { cron: options.cron }),
              ...(options.rate !== undefined && { rate: options.rate }),
              ...(options.at !== undefined && { at: options.at }),
              ...(options.timeZone !== undefined && { time_zone: options.timeZone }),
              ...(options.priority !== undefined && { priority: options.priority }),
              ...(options.config !== undefined && { config: await readConfig(options.config) }),
              ...(options.callbackUrl !== undefined && { callback_url: options.callbackUrl }),
              ...(options.paused && { enabled: false }),
            },
            { project_id: options.project },
          );
          cli.print(schedule, ({ schedule_id, next_runs: [next] }) => {
            cli.out.line(schedule_id);
            if (next !== undefined && cli.err.terminal) cli.err.line(`It runs next at ${next}.`);
          });
        }),
    )
    .addCommand(
      new Command("list")
        .alias("ls")
        .description("Lists schedules, newest first, followed by those of the catalog (admin keys).")
        .option("-n, --limit <count>", "how many", parseWhole(1, 100), 20)
        .option("--cursor <cursor>", "continue where a page ended (next_cursor)")
        .option("--project <id>", "project (admin keys)")
        .action(async ({ limit, cursor, project }) => {
          const page = await cli.client().schedules.list({ limit, cursor, project_id: project });
          cli.print(page, ({ schedules, next_cursor }) => {
            printTable(
              cli.out,
              [
                { title: "SCHEDULE", value: (each) => each.schedule_id },
                { title: "TASK", value: (each) => each.task_name },
                { title: "SOURCE", value: (each) => each.source },
                { title: "WHEN", value: (each) => each.cron ?? each.rate ?? each.at ?? "" },
                { title: "ZONE", value: (each) => each.time_zone },
                { title: "NEXT", value: (each) => each.next_runs[0] ?? (each.enabled ? "" : "paused") },
                { title: "LAST JOB", value: (each) => each.last_task_id ?? "" },
                { title: "ERROR", value: (each) => each.error ?? skipOf(each), flexible: true },
              ],
              schedules,
            );
            if (next_cursor !== null && cli.err.terminal) cli.err.line(`There are more: --cursor ${next_cursor}`);
          });
        }),
    )
    .addCommand(
      new Command("next")
        .description("Prints the next run times of a schedule.")
        .argument("<schedule-id>")
        .action(async (id) => {
          cli.print(await cli.client().schedules.get(id), ({ next_runs }) => {
            for (const time of next_runs) cli.out.line(time);
          });
        }),
    )
    .addCommand(
      new Command("run")
        .description("Runs a schedule's task now and prints the job's ID. Its run times do not change.")
        .argument("<schedule-id>")
        .action(async (id) => {
          cli.print(await cli.client().schedules.run(id), ({ task_id }) => cli.out.line(task_id));
        }),
    )
    .addCommand(
      new Command("pause")
        .description("Pauses a schedule.")
        .argument("<schedule-id>")
        .action(async (id) => {
          cli.print(await cli.client().schedules.pause(id), ({ schedule_id }) =>
            cli.out.line(`Paused ${schedule_id}.`),
          );
        }),
    )
    .addCommand(
      new Command("resume")
        .description("Resumes a schedule with its next time.")
        .argument("<schedule-id>")
        .action(async (id) => {
          cli.print(await cli.client().schedules.resume(id), ({ next_runs: [next = ""] }) => {
            cli.out.line(`Runs next at ${next}.`);
          });
        }),
    )
    .addCommand(
      new Command("delete")
        .description("Deletes a schedule. Its jobs stay.")
        .argument("<schedule-id>")
        .action(async (id) => {
          cli.print(await cli.client().schedules.delete(id), ({ schedule_id }) =>
            cli.out.line(`Deleted ${schedule_id}.`),
          );
        }),
    );
