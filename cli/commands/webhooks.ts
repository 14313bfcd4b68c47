import { Command } from "@commander-js/extra-typings";
import type { Cli } from "../cli.ts";
import { examples } from "../examples.ts";
import { parseDuration } from "../input/duration.ts";
import { parseWhole } from "../input/number.ts";
import { printTable } from "../output/table.ts";
import { formatAge, formatDuration } from "../output/time.ts";

/** `sluice webhooks`: signing secrets and deliveries. */
export const webhooksCommand = (cli: Cli) =>
  new Command("webhooks")
    .summary("manage signing secrets, list and redeliver webhooks")
    .description(
      "A webhook sends the outcome of a job to its callback URL. It is signed as defined by Standard Webhooks.",
    )
    .addHelpText(
      "after",
      examples(
        ["sluice webhooks rotate", "make the signing secret, or a new one beside it for a day"],
        ["sluice webhooks deliveries", "what was delivered, and what was not"],
        ["sluice webhooks redeliver 0f5e7a0e-...", "deliver again"],
      ),
    )
    .addCommand(
      new Command("secrets")
        .description("Lists the signing secrets that are valid, without their values.")
        .option("--project <id>", "project (admin keys)")
        .action(async ({ project }) => {
          cli.print(await cli.client().webhooks.secrets({ project_id: project }), ({ secrets }) => {
            printTable(
              cli.out,
              [
                { title: "SECRET ID", value: (each) => each.secret_id },
                {
                  title: "CREATED",
                  value: (each) => (cli.out.terminal ? formatAge(each.created_at) : each.created_at),
                },
                { title: "VALID UNTIL", value: (each) => each.expires_at ?? "rotated" },
              ],
              secrets,
            );
          });
        }),
    )
    .addCommand(
      new Command("rotate")
        .description("Creates a signing secret and prints it. It is shown only once.")
        .option("--overlap <duration>", "how long the previous secret stays valid (default: one day)", parseDuration)
        .option("--project <id>", "project (admin keys)")
        .action(async ({ overlap, project }) => {
          const body = overlap === undefined ? {} : { overlap_seconds: Math.round(overlap) };
          cli.print(await cli.client().webhooks.rotate(body, { project_id: project }), ({ secret, secret_id }) => {
            cli.out.line(secret);
            cli.err.line(`Secret ${secret_id} is shown this once.`);
          });
        }),
    )
    .addCommand(
      new Command("deliveries")
        .alias("ls")
        .description(
          "Lists deliveries, newest first, with the number of attempts, and the answer and duration of the last one. `sluice status ID` shows each attempt.",
        )
        .option("-n, --limit <count>", "how many", parseWhole(1, 100), 20)
        .option("--cursor <cursor>", "continue after this page (its next_cursor)")
        .option("--project <id>", "project (admin keys)")
        .action(async ({ limit, cursor, project }) => {
          const page = await cli.client().webhooks.deliveries({ limit, cursor, project_id: project });
          cli.print(page, ({ deliveries, next_cursor }) => {
            printTable(
              cli.out,
              [
                { title: "DELIVERY", value: (each) => each.id },
                { title: "JOB OR BATCH", value: (each) => each.task_id ?? each.batch_id ?? "" },
                { title: "STATUS", value: (each) => each.status },
                { title: "ATTEMPTS", value: (each) => String(each.attempts) },
                {
                  title: "ANSWER",
                  value: (each) => (each.response_status === null ? "-" : String(each.response_status)),
                },
                {
                  title: "TOOK",
                  value: ({ duration_ms: took }) => (took !== null && cli.out.terminal ? formatDuration(took) : took),
                  align: "right",
                },
                { title: "ERROR", value: (each) => each.error?.message ?? "", flexible: true },
              ],
              deliveries,
            );
            if (next_cursor !== null && cli.err.terminal) cli.err.line(`There are more: --cursor ${next_cursor}`);
          });
        }),
    )
    .addCommand(
      new Command("redeliver")
        .description("Redelivers a webhook with the same webhook-id.")
        .argument("<delivery-id>")
        .action(async (id) => {
          cli.print(await cli.client().webhooks.redeliver(id), (accepted) => cli.out.line(accepted.id));
        }),
    );
