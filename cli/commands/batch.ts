import { Command } from "@commander-js/extra-typings";
import type { AnswerOf, BodyAt } from "../../client/index.ts";
import { jobStates } from "../../contracts/jobs/states.ts";
import type { Cli } from "../cli.ts";
import { examples } from "../examples.ts";
import { usage } from "../exit-codes.ts";
import { readBatchInputs } from "../input/batch-inputs.ts";
import { collect } from "../input/collect.ts";
import { CONFIG_HELP, readConfig } from "../input/config.ts";
import { parseDuration, parseTime } from "../input/duration.ts";
import { parseWhole } from "../input/number.ts";
import { readTag } from "../input/tag.ts";
import { parseObject } from "../input/task-input.ts";
import { findTaskShape } from "../input/task-shape.ts";
import { StatusLine } from "../output/status-line.ts";
import { printTable } from "../output/table.ts";

/** `sluice batch`: many jobs of one task. */
export const batchCommand = (cli: Cli) =>
  new Command("batch")
    .summary("run a task for many inputs")
    .description("Batches: run one task for up to 10,000 inputs, and follow, cancel and read the jobs together.")
    .addHelpText(
      "after",
      examples(
        ["sluice batch submit keywords --file inputs.jsonl --wait", "one job a line, until all have ended"],
        [
          "cat inputs.json | sluice batch submit summarize --on-complete-url https://example.com/hook",
          "with a webhook",
        ],
        ["sluice batch results 5d0f9c2a-... > results.jsonl", "the results as JSON lines"],
      ),
    )
    .addCommand(submitCommand(cli))
    .addCommand(
      new Command("show")
        .description("Shows how many jobs of a batch are in each state.")
        .argument("<batch-id>")
        .action(async (id) => showBatch(cli, await cli.client().batches.get(id))),
    )
    .addCommand(listCommand(cli))
    .addCommand(
      new Command("cancel")
        .description("Stops creating jobs of a batch, and revokes those that have not finished.")
        .argument("<batch-id>")
        .action(async (id) => {
          cli.print(await cli.client().batches.cancel(id), ({ batch_id, status }) => {
            cli.out.line(`${batch_id}\t${status}`);
          });
        }),
    )
    .addCommand(
      new Command("results")
        .description("Prints the result of each input as one line of JSON, in the order of the inputs.")
        .argument("<batch-id>")
        .option("--status <state>", `only jobs in this state: ${jobStates.join(", ")}`)
        .action(async (id, { status }) => {
          for await (const result of cli.client().batches.results(id)) {
            if (status === undefined || result.status === status.toUpperCase()) cli.out.line(JSON.stringify(result));
          }
        }),
    );

const submitCommand = (cli: Cli) =>
  new Command("submit")
    .description(
      "Submits a task for each input and prints the batch's ID. The inputs are JSON lines or a JSON array, from a file or standard input. A list that is too large for a request is uploaded first.",
    )
    .argument("<task>", "name or alias; `sluice tasks` lists them")
    .option("-f, --file <file>", "JSON lines or a JSON array; - is standard input, the default", "-")
    .option("-w, --wait", "wait until all jobs have finished, and print the counts")
    .option("--priority <0-10>", "5 and higher selects the high lane (default: 1)", parseWhole(0, 10))
    .option("--delay <duration>", "start no earlier than in this time, such as 90s or 2h", parseDuration)
    .option("--eta <time>", "start no earlier than at this time (ISO 8601)", parseTime)
    .option("--expires-in <duration>", "revoke jobs that have not started by then", parseDuration)
    .option("--config <config>", `for tasks that use a language model: ${CONFIG_HELP}`)
    .option("--on-complete <task>", "a task to submit when all jobs have finished")
    .option("--on-complete-input <json>", "its input")
    .option("--on-complete-config <config>", `its model, where it asks one: ${CONFIG_HELP}`)
    .option("--on-complete-url <url>", "receives a signed webhook when all jobs have finished")
    .option("--idempotency-key <key>", "the same key and inputs return the same batch")
    .option("--tag <name=value>", "a tag of your own for finding the jobs; can be repeated", collect)
    .option("--project <id>", "project to submit for (admin keys)")
    .action(async (name, options) => {
      if (options.delay !== undefined && options.eta !== undefined) throw usage("Give --delay or --eta, not both.");
      const task = await findTaskShape(cli, name);
      const inputs = await readBatchInputs(options.file, cli.stdin);
      const { batches } = cli.client();
      const accepted = await batches.submit(
        {
          task_name: task.name,
          inputs,
          ...(options.priority !== undefined && { priority: options.priority }),
          ...(options.delay !== undefined && { delay_seconds: options.delay }),
          ...(options.eta !== undefined && { eta: options.eta }),
          ...(options.expiresIn !== undefined && { expires_in: options.expiresIn }),
          ...(options.config !== undefined && { config: await readConfig(options.config) }),
          ...(options.tag !== undefined && { tags: Object.fromEntries(options.tag.map(readTag)) }),
          ...(await onCompleteOf(options)),
        },
        { idempotency_key: options.idempotencyKey, project_id: options.project },
      );
      if (options.wait) return waitForBatch(cli, accepted.batch_id);
      cli.print(accepted, ({ batch_id, total }) => {
        cli.out.line(batch_id);
        if (cli.out.terminal) cli.err.line(cli.err.paint("dim", `${total} jobs: sluice batch show ${batch_id}`));
      });
    });

const listCommand = (cli: Cli) =>
  new Command("ls")
    .alias("list")
    .description("Lists batches, newest first, with the number of their jobs that have finished so far.")
    .option("-n, --limit <count>", "how many", parseWhole(1, 100), 20)
    .option("--cursor <cursor>", "continue after this page (its next_cursor)")
    .option("--project <id>", "project (admin keys)")
    .action(async ({ limit, cursor, project }) => {
      const page = await cli.client().batches.list({ limit, cursor, project_id: project });
      cli.print(page, ({ batches, next_cursor }) => {
        printTable(
          cli.out,
          [
            { title: "BATCH", value: (each) => each.batch_id },
            { title: "TASK", value: (each) => each.task_name },
            { title: "STATUS", value: (each) => each.status },
            { title: "JOBS", value: (each) => String(each.total) },
            { title: "ENDED", value: ({ ended }) => countOf(ended) },
            { title: "SUCCEEDED", value: ({ succeeded }) => countOf(succeeded) },
            { title: "FAILED", value: ({ failed }) => countOf(failed) },
            { title: "CREATED", value: (each) => each.created_at },
          ],
          batches,
        );
        if (next_cursor !== null && cli.err.terminal) cli.err.line(`There are more: --cursor ${next_cursor}`);
      });
    });

const countOf = (count: number | null): string => (count === null ? "-" : String(count));

interface OnCompleteOptions {
  readonly onComplete?: string | undefined;
  readonly onCompleteInput?: string | undefined;
  readonly onCompleteConfig?: string | undefined;
  readonly onCompleteUrl?: string | undefined;
}

/** @throws CliError when they do not go together */
async function onCompleteOf(options: OnCompleteOptions): Promise<Pick<BodyAt<"POST /api/v1/batches">, "on_complete">> {
  const { onComplete: task, onCompleteInput: input, onCompleteConfig: config, onCompleteUrl: url } = options;
  if (task !== undefined && url !== undefined) throw usage("Give --on-complete or --on-complete-url, not both.");
  if (input !== undefined && task === undefined) throw usage("--on-complete-input: give --on-complete TASK with it.");
  if (config !== undefined && task === undefined) throw usage("--on-complete-config: give --on-complete TASK with it.");
  if (url !== undefined) return { on_complete: { callback_url: url } };
  if (task === undefined) return {};
  const given = input === undefined ? {} : { input: parseObject(input, "--on-complete-input") };
  const model = config === undefined ? {} : { config: await readConfig(config) };
  return { on_complete: { task_name: task, ...given, ...model } };
}

type Batch = AnswerOf<"GET /api/v1/batches/{batch_id}">;

async function waitForBatch(cli: Cli, id: string): Promise<void> {
  const line = new StatusLine(cli.err, (frame) => `${frame} waiting for batch ${id}`);
  try {
    showBatch(cli, await cli.client().batches.wait(id, { signal: cli.signal }));
  } finally {
    line.end();
  }
}

/** Exit code 1 says that a batch which has ended did not succeed as a whole. */
function showBatch(cli: Cli, batch: Batch): void {
  cli.print(batch, ({ batch_id, task_name, status, total, counts, expired, error }) => {
    const rows: [string, string][] = [
      ["batch", batch_id],
      ["task", task_name],
      ["status", status],
      ["jobs", String(total)],
      ...jobStates
        .filter((state) => counts[state] > 0)
        .map((state): [string, string] => [state, String(counts[state])]),
      ...(expired > 0 ? [["expired", String(expired)] satisfies [string, string]] : []),
      ...(error === null ? [] : [["error", error] satisfies [string, string]]),
    ];
    for (const [name, value] of rows) cli.out.line(`${name.padEnd(8)} ${value}`);
  });
  if (batch.ready && !batch.successful) cli.exit = "failed";
}
