import { Command } from "@commander-js/extra-typings";
import type { SubmitBody } from "../../contracts/jobs/submit.ts";
import type { Cli } from "../cli.ts";
import { examples } from "../examples.ts";
import { usage } from "../exit-codes.ts";
import { collect } from "../input/collect.ts";
import { CONFIG_HELP, readConfig } from "../input/config.ts";
import { parseDuration, parseTime } from "../input/duration.ts";
import { parseWhole } from "../input/number.ts";
import { readTag } from "../input/tag.ts";
import { readInput } from "../input/task-input.ts";
import { findTaskShape } from "../input/task-shape.ts";
import { finishJob } from "../output/finish-job.ts";
import { followJob } from "../output/follow.ts";
import { printTask } from "../output/task.ts";

/** `sluice submit`: submits a task. */
export const submitCommand = (cli: Cli) =>
  new Command("submit")
    .summary("submit a task")
    .description(
      "Submits a task and prints the job's id; with --wait follows the job and prints its result.\n\n" +
        "The input comes from --input, --file or standard input, and single fields from --field. " +
        "A .json file is the whole input; any other file is the task's text.",
    )
    .argument("<task>", "name or alias; `sluice tasks` lists them")
    .option("-f, --file <file>", "read the text, or the whole input from a .json file; - is standard input")
    .option("-i, --input <json>", "the input as a JSON object; - is standard input")
    .option("-F, --field <name=value>", "one field; can be repeated; name=@file reads the value from a file", collect)
    .option("--help-input", "show the task's fields and end")
    .option("-w, --wait", "wait for the outcome and print the result")
    .option("--timeout <duration>", "stop waiting after this time; the job continues", parseDuration)
    .option("--priority <0-10>", "5 and higher selects the high lane (default: 5)", parseWhole(0, 10))
    .option("--delay <duration>", "start no earlier than in this time, such as 90s or 2h", parseDuration)
    .option("--eta <time>", "start no earlier than at this time (ISO 8601)", parseTime)
    .option("--expires-in <duration>", "revoke the job unless it has started by then", parseDuration)
    .option("--config <config>", `for tasks that use a language model: ${CONFIG_HELP}`)
    .option("--callback-url <url>", "notified by a signed webhook when the job has ended")
    .option("--idempotency-key <key>", "the same key and input give the same job")
    .option("--tag <name=value>", "an id of your own that the job is found by, as often as needed", collect)
    .option("--trace-id <id>", "id that connects the job with your own logs")
    .option("--project <id>", "project to submit for (admin keys)")
    .addHelpText(
      "after",
      examples(
        ["sluice submit summarize --file report.txt --wait", "summarize a file"],
        ["cat report.txt | sluice submit keywords -F max_keywords=5 -w", "text from a pipe"],
        ["sluice submit normalize -F request=@mail.txt -F schema=@order.json", "fields from files"],
        ["sluice submit extract --file letter.txt -F schema=@fields.json -w", "fields of a letter"],
        [`sluice submit health_check --input '{"echo":"hi"}' --delay 10m`, "run it in ten minutes"],
      ),
    )
    .action(async (name, options) => {
      const task = await findTaskShape(cli, name);
      if (options.helpInput) return printTask(cli, task);
      if (options.delay !== undefined && options.eta !== undefined) throw usage("Give --delay or --eta, not both.");
      const input = await readInput(task, options, cli.stdin);
      const how: Omit<SubmitBody, "input"> = {
        ...(options.priority !== undefined && { priority: options.priority }),
        ...(options.delay !== undefined && { delay_seconds: options.delay }),
        ...(options.eta !== undefined && { eta: options.eta }),
        ...(options.expiresIn !== undefined && { expires_in: options.expiresIn }),
        ...(options.callbackUrl !== undefined && { callback_url: options.callbackUrl }),
        ...(options.tag !== undefined && { tags: Object.fromEntries(options.tag.map(readTag)) }),
        ...(options.config !== undefined && { config: await readConfig(options.config) }),
        ...(options.traceId !== undefined && { trace_id: options.traceId }),
      };
      const accepted = await cli.client().call("POST /api/v1/tasks/{task_name}", {
        params: { task_name: task.name },
        query: { project_id: options.project },
        body: { input, ...how },
        idempotency_key: options.idempotencyKey ?? crypto.randomUUID(),
      });
      if (options.wait) {
        if (!cli.options.json && cli.err.terminal) cli.err.line(`${cli.err.paint("dim", "job")} ${accepted.task_id}`);
        finishJob(cli, await followJob(cli, accepted.task_id, { timeout: options.timeout }));
        return;
      }
      cli.print(accepted, ({ task_id }) => {
        cli.out.line(task_id);
        if (cli.out.terminal) cli.err.line(cli.err.paint("dim", `Follow it with: sluice watch ${task_id}`));
      });
    });
