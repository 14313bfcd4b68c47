import { Command, Option } from "@commander-js/extra-typings";
import type { Cli } from "../cli.ts";
import { examples } from "../examples.ts";
import { usage } from "../exit-codes.ts";
import { readText } from "../input/file.ts";
import { parseWhole } from "../input/number.ts";
import { printTable } from "../output/table.ts";

/** `sluice escalations`: decisions that a person takes. */
export const escalationsCommand = (cli: Cli) =>
  new Command("escalations")
    .summary("take decisions that tasks have handed to a person")
    .description("The task escalate opens escalations; a person acknowledges and resolves them.")
    .addHelpText(
      "after",
      examples(
        ["sluice escalations ls", "what waits for a decision"],
        ["sluice escalations ack 0b9f...", "take one on"],
        ['sluice escalations resolve 0b9f... --decision \'{"publish": true}\' --note "Read it."', "decide"],
      ),
    )
    .addCommand(
      new Command("ls")
        .alias("list")
        .description("Lists escalations, newest first.")
        .option("--resolved", "list the resolved escalations instead of the unresolved ones")
        .option("-n, --limit <count>", "how many", parseWhole(1, 100), 20)
        .option("--cursor <cursor>", "continue where a page ended (next_cursor)")
        .option("--project <id>", "project (admin keys)")
        .action(async ({ resolved, limit, cursor, project }) => {
          const status = resolved ? "resolved" : "unresolved";
          const page = await cli.client().escalations.list({ status, limit, cursor, project_id: project });
          cli.print(page, ({ escalations, next_cursor }) => {
            printTable(
              cli.out,
              [
                { title: "ESCALATION", value: (each) => each.escalation_id },
                { title: "STATUS", value: (each) => each.status },
                { title: "OPENED", value: (each) => each.created_at },
                { title: "BY", value: (each) => each.resolved_by ?? each.acknowledged_by ?? "" },
                { title: "SUBJECT", value: (each) => each.subject, flexible: true },
              ],
              escalations,
            );
            if (next_cursor !== null && cli.err.terminal) cli.err.line(`There are more: --cursor ${next_cursor}`);
          });
        }),
    )
    .addCommand(
      new Command("show")
        .description("Prints an escalation with its payload and history.")
        .argument("<escalation-id>")
        .action(async (id) => {
          cli.print(await cli.client().escalations.get(id), (escalation) => {
            cli.out.line(`${escalation.status}: ${escalation.subject}`);
            cli.out.line(escalation.reason);
            cli.out.line(JSON.stringify(escalation.payload, null, 2));
            if (escalation.status === "resolved") cli.out.line(`Decision: ${JSON.stringify(escalation.decision)}`);
            if (escalation.started)
              cli.out.line(`Started: ${escalation.started.task_name} ${escalation.started.task_id}`);
            for (const { at, action, by, note } of escalation.history) {
              cli.out.line(`${at} ${action} by ${by}${note === null ? "" : `: ${note}`}`);
            }
          });
        }),
    )
    .addCommand(
      new Command("ack")
        .description("Acknowledges an escalation: you have taken it on.")
        .argument("<escalation-id>")
        .option("--note <text>", "kept in the history")
        .action(async (id, { note }) => {
          const body = note === undefined ? {} : { note };
          cli.print(await cli.client().escalations.acknowledge(id, body), ({ escalation_id, acknowledged_by }) =>
            cli.out.line(`Acknowledged ${escalation_id} as ${acknowledged_by}.`),
          );
        }),
    )
    .addCommand(
      new Command("resolve")
        .description("Resolves an escalation with a decision, and can start a task with it.")
        .argument("<escalation-id>")
        .addOption(new Option("--decision <json>", "what was decided").conflicts("file"))
        .option("-f, --file <file>", "read the decision from a JSON file")
        .option("--task <name>", "start this task with the decision as its input")
        .option("--note <text>", "kept in the history")
        .action(async (id, { decision, file, task, note }) => {
          const text = file === undefined ? decision : await readText(file);
          if (text === undefined) throw usage("Give the decision with --decision or --file.");
          const body = {
            decision: parseDecision(text),
            ...(task !== undefined && { task_name: task }),
            ...(note !== undefined && { note }),
          };
          cli.print(await cli.client().escalations.resolve(id, body), ({ escalation_id, started }) => {
            cli.out.line(`Resolved ${escalation_id}.`);
            if (started) cli.out.line(`Started ${started.task_name}: ${started.task_id}`);
          });
        }),
    );

function parseDecision(text: string) {
  try {
    return JSON.parse(text);
  } catch {
    throw usage("The decision is not JSON: a text needs quotes, such as '\"publish\"'.");
  }
}
