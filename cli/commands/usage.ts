import { Command } from "@commander-js/extra-typings";
import type { UsageByProject, UsageReport } from "../../contracts/llm/usage.ts";
import type { Cli } from "../cli.ts";
import { examples } from "../examples.ts";
import { printTable } from "../output/table.ts";

/** `sluice usage`: shows the tokens that a project used. */
export const usageCommand = (cli: Cli) =>
  new Command("usage")
    .summary("show the tokens that a project used, by day")
    .description("Shows the language model tokens that a tenant used, by day (UTC) and model, newest first.")
    .option("--project <id>", "another project than the key's own (admin keys)")
    .option("--from <day>", "first day, such as 2026-11-01 (default: 29 days before the last)")
    .option("--until <day>", "last day (default: today)")
    .option("--by-config", "group by the config of the jobs instead of the model")
    .option("--by-project", "show the usage of every tenant (admin keys)")
    .option("--quotas", "show the tenant's other quotas: requests, jobs, documents, recognition")
    .option("--embeddings", "show the usage of embeddings instead of the language model")
    .addHelpText(
      "after",
      examples(["sluice usage", "the last 30 days"], ["sluice usage --from 2026-11-01 --until 2026-11-30", "a month"]),
    )
    .action(async ({ project, from, until, byConfig, byProject, quotas: ofQuotas, embeddings: ofEmbeddings }) => {
      const span = { ...(from !== undefined && { from }), ...(until !== undefined && { until }) };
      if (byProject) {
        cli.print(await cli.client().usageByProject(span), ({ projects }) => printProjects(cli, projects));
        return;
      }
      const query = { ...(project !== undefined && { project_id: project }), ...span };
      cli.print(await cli.client().usage(query), ({ days, embeddings, quotas }) => {
        if (ofQuotas) return printQuotas(cli, quotas);
        if (ofEmbeddings) {
          const embedded = embeddings.days.flatMap(({ day, models }) => models.map((each) => ({ day, ...each })));
          printTable(
            cli.out,
            [
              { title: "DAY", value: ({ day }) => day },
              { title: "MODEL", value: ({ model }) => model, flexible: true },
              { title: "RUNS", value: ({ runs }) => runs, align: "right" },
              { title: "TOKENS", value: ({ tokens }) => tokens, align: "right" },
            ],
            embedded,
          );
          return;
        }
        const rows = days.flatMap(({ day, models, configs }) => {
          const parts = byConfig
            ? configs.map(({ config: name, ...tokens }) => ({ name, ...tokens }))
            : models.map(({ model: name, ...tokens }) => ({ name, ...tokens }));
          return parts.map((part) => ({ day, ...part }));
        });
        if (rows.length === 0) cli.err.line("No tokens were used on these days.");
        printTable(
          cli.out,
          [
            { title: "DAY", value: ({ day }) => day },
            { title: byConfig ? "CONFIG" : "MODEL", value: ({ name }) => name, flexible: true },
            { title: "RUNS", value: ({ runs }) => runs, align: "right" },
            { title: "PROMPT", value: ({ prompt_tokens }) => prompt_tokens, align: "right" },
            { title: "COMPLETION", value: ({ completion_tokens }) => completion_tokens, align: "right" },
            { title: "TOTAL", value: ({ total_tokens }) => total_tokens, align: "right" },
          ],
          rows,
        );
      });
    });

const printQuotas = (cli: Cli, quotas: UsageReport["quotas"]): void =>
  printTable(
    cli.out,
    [
      { title: "QUOTA", value: ({ quota }) => quota },
      { title: "USED", value: ({ used }) => used, align: "right" },
      { title: "LIMIT", value: ({ limit }) => limit, align: "right" },
      { title: "LANE", value: ({ lane }) => lane ?? "" },
    ],
    quotas,
  );

const printProjects = (cli: Cli, projects: UsageByProject["projects"]): void =>
  printTable(
    cli.out,
    [
      { title: "PROJECT", value: ({ project_id }) => project_id, flexible: true },
      { title: "RUNS", value: ({ runs }) => runs, align: "right" },
      { title: "TOTAL", value: ({ total_tokens }) => total_tokens, align: "right" },
      { title: "EMBEDDED", value: ({ embedded_tokens }) => embedded_tokens, align: "right" },
      { title: "TODAY", value: ({ today_tokens }) => today_tokens, align: "right" },
      { title: "A DAY", value: ({ tokens_per_day }) => tokens_per_day, align: "right" },
      { title: "LAST", value: ({ last_day }) => last_day },
    ],
    projects,
  );
