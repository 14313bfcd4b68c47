import { Command } from "@commander-js/extra-typings";
import { executeSchema } from "../../contracts/routes/tasks.ts";
import type { Cli } from "../cli.ts";
import { examples } from "../examples.ts";
import { usage } from "../exit-codes.ts";
import { collect } from "../input/collect.ts";
import { CONFIG_HELP, readConfig } from "../input/config.ts";
import { parseDuration, parseTime } from "../input/duration.ts";
import { readPrompt } from "../input/prompt.ts";
import { readInput, readJsonOption } from "../input/task-input.ts";
import { findTaskShape } from "../input/task-shape.ts";
import { finishJob } from "../output/finish-job.ts";
import { followJob } from "../output/follow.ts";

/** The generic tasks of a replaced system: each has a route of its own, which takes what Celery takes as keyword arguments. */
const GENERIC = /^(?:\w+\.)*execute_(high|low)_priority_task$/;

/** `sluice call`: submits a task as `celery call` does, or asks a model by a config. */
export const callCommand = (cli: Cli) =>
  new Command("call")
    .summary("call a task, or a language model by a config")
    .description(
      "With the name of a task, submits it, like `celery call`, and prints the job's ID. With --config, submits a job that calls the config's language model (POST /llm/call). With --wait, it waits for the job and prints its result.\n\n" +
        "`sluice submit` has more options. `sluice complete` calls the stage's default model without a job.",
    )
    .argument(
      "[task-or-query]",
      "the name of a task, or, with --config, the prompt for the model (default: standard input)",
    )
    .option("-k, --kwargs <json>", "the task's input as a JSON object; - is standard input")
    .option(
      "-F, --field <name=value>",
      "one field of the input, as often as needed; name=@file reads its value",
      collect,
    )
    .option("-c, --config <config>", CONFIG_HELP)
    .option("-f, --file <file>", "read the task's text or the query from a file; - is standard input")
    .option("--countdown <duration>", "start no earlier than in this time (tasks)", parseDuration)
    .option("--eta <time>", "start no earlier than at this time (tasks; ISO 8601)", parseTime)
    .option("--expires <duration>", "revoke the job unless it has started by then", parseDuration)
    .option("--callback-url <url>", "notified by a signed webhook when the job has ended")
    .option("--project <id>", "project to act for (admin keys)")
    .option("-w, --wait", "wait for the outcome and print the result")
    .addHelpText(
      "after",
      examples(
        [`sluice call tasks.health_check --kwargs '{"echo": "hi"}'`, "as celery call"],
        [`sluice call --config support@3 "Where is my parcel?" --wait`, "ask a model by a stored config"],
        [
          `sluice call execute_low_priority_task --kwargs '{"function_path": "app.tasks.summarize_text", "text": "..."}'`,
          "the task that lists the path",
        ],
        ["sluice call --config config.json -f mail.txt", "by a config in a file"],
      ),
    )
    .action(async (argument, options) => {
      const id = options.config === undefined ? await callTask(argument) : await callModel(argument, options.config);
      if (options.wait) return finishJob(cli, await followJob(cli, id.task_id, {}));
      cli.print(id.answer, () => cli.out.line(id.task_id));

      async function callTask(name: string | undefined) {
        if (name === undefined) throw usage("Give a task's name, or --config to ask a language model.");
        const { countdown, eta } = options;
        if (countdown !== undefined && eta !== undefined) throw usage("Give --countdown or --eta, not both.");
        const [, lane] = GENERIC.exec(name) ?? [];
        if (lane !== undefined) return callByPath(lane === "high" ? "high" : "low");
        const task = await findTaskShape(cli, name);
        const input = await readInput(task, { ...options, input: options.kwargs }, cli.stdin);
        const answer = await cli.client().call("POST /api/v1/tasks/{task_name}", {
          params: { task_name: task.name },
          query: { project_id: options.project },
          body: { input, delay_seconds: countdown, eta, ...common() },
          idempotency_key: crypto.randomUUID(),
        });
        return { answer, task_id: answer.task_id };
      }

      async function callByPath(lane: "high" | "low") {
        const { kwargs, field, file, countdown, eta, expires } = options;
        const unknown = {
          "--field": field,
          "--file": file,
          "--countdown": countdown,
          "--eta": eta,
          "--expires": expires,
        };
        const given = Object.entries(unknown).find(([, value]) => value !== undefined);
        if (given)
          throw usage(`${given[0]}: execute_${lane}_priority_task takes --kwargs, --callback-url and --project.`);
        if (kwargs === undefined) throw usage(`Give --kwargs '{"function_path": ..., ...}'.`);
        const { data: body, error } = executeSchema.safeParse(await readJsonOption(kwargs, cli.stdin));
        if (!body) throw usage(error.issues.map(({ path, message }) => `${path.join(".")}: ${message}`).join("; "));
        const answer = await cli.client().call(`POST /api/v1/tasks/execute_${lane}_priority_task`, {
          query: { project_id: options.project },
          body: { ...body, ...(options.callbackUrl !== undefined && { callback_url: options.callbackUrl }) },
          idempotency_key: crypto.randomUUID(),
        });
        return { answer, task_id: answer.task_id };
      }

      async function callModel(query: string | undefined, config: string) {
        if (options.kwargs !== undefined || options.field !== undefined) {
          throw usage("--kwargs and --field are a task's: with --config, give the query as it is.");
        }
        if (options.countdown !== undefined || options.eta !== undefined) {
          throw usage("--countdown and --eta are for tasks: sluice call llm_call -F query=... --countdown ...");
        }
        const answer = await cli.client().call("POST /api/v1/llm/call", {
          query: { project_id: options.project },
          body: {
            config: await readConfig(config),
            query: await readPrompt(cli, { argument: query, file: options.file }),
            ...common(),
          },
          idempotency_key: crypto.randomUUID(),
        });
        return { answer, task_id: answer.job_id };
      }

      function common() {
        return { expires_in: options.expires, callback_url: options.callbackUrl };
      }
    });
