import { Command } from "@commander-js/extra-typings";
import type { Cli } from "../cli.ts";
import { examples } from "../examples.ts";
import { paintState } from "../output/job.ts";
import { printTable } from "../output/table.ts";
import { formatAge } from "../output/time.ts";

/** What `celery inspect` showed, from the same API. */
export const inspectCommand = (cli: Cli) => {
  const table = <Row>(rows: readonly Row[], columns: Parameters<typeof printTable<Row>>[1]) => {
    if (rows.length > 0) printTable(cli.out, columns, rows);
    else if (cli.err.terminal) cli.err.line("Nothing.");
  };
  const when = (iso: string) => (cli.out.terminal ? formatAge(iso) : iso);

  return new Command("inspect")
    .summary("inspect workers and waiting jobs")
    .description("Shows running jobs, waiting jobs, and workers.")
    .addHelpText(
      "after",
      examples(["sluice inspect active", "what runs now"], ["sluice inspect stats --json", "counts for a script"]),
    )
    .addCommand(
      new Command("active").description("Jobs that are running.").action(async () => {
        cli.print(await cli.client().call("GET /api/v1/tasks/tasks/active"), ({ active_tasks }) =>
          table(active_tasks, [
            { title: "JOB", value: (job) => job.task_id },
            { title: "TASK", value: (job) => job.task_name },
            { title: "WORKER", value: (job) => job.worker },
            {
              title: "STARTED",
              value: ({ time_start }) =>
                time_start === null ? null : when(new Date(time_start * 1_000).toISOString()),
            },
          ]),
        );
      }),
    )
    .addCommand(
      new Command("scheduled").description("Jobs that are delayed or in backoff, next due first.").action(async () => {
        cli.print(await cli.client().call("GET /api/v1/tasks/tasks/scheduled"), ({ scheduled_tasks }) =>
          table(scheduled_tasks, [
            { title: "JOB", value: (job) => job.task_id },
            { title: "TASK", value: (job) => job.task_name },
            {
              title: "STATUS",
              value: (job) => job.status,
              paint: (cell, job) => paintState(cli.out, job.status, cell),
            },
            { title: "STARTS", value: (job) => when(job.eta) },
          ]),
        );
      }),
    )
    .addCommand(
      new Command("reserved")
        .description("Jobs of one tenant that are due and waiting.")
        .option("--project <id>", "another project (admin keys)")
        .action(async ({ project }) => {
          const query = { project_id: project };
          cli.print(await cli.client().call("GET /api/v1/tasks/tasks/reserved", { query }), (answer) => {
            table(answer.reserved_tasks, [
              { title: "JOB", value: (job) => job.task_id },
              { title: "TASK", value: (job) => job.task_name },
              { title: "STATUS", value: (job) => job.status },
              { title: "CREATED", value: (job) => when(job.created_at) },
            ]);
            if (cli.err.terminal) cli.err.line(`${answer.total_count} waiting in all queues.`);
          });
        }),
    )
    .addCommand(
      new Command("registered").description("The available tasks.").action(async () => {
        cli.print(await cli.client().call("GET /api/v1/tasks/registered"), ({ registered_tasks }) => {
          for (const name of registered_tasks) cli.out.line(name);
        });
      }),
    )
    .addCommand(
      new Command("stats").description("Counts in total and by worker.").action(async () => {
        cli.print(await cli.client().call("GET /api/v1/tasks/queue/stats"), (stats) => {
          table(Object.entries(stats.queue_stats), [
            { title: "WORKER", value: ([name]) => name },
            { title: "ACTIVE", value: ([, of]) => of.active_tasks, align: "right" },
            { title: "RESERVED", value: ([, of]) => of.reserved_tasks, align: "right" },
            { title: "MAX", value: ([, of]) => of.max_concurrency, align: "right" },
          ]);
          if (cli.err.terminal) {
            cli.err.line(`${stats.active_tasks} active, ${stats.reserved_tasks} reserved, ${stats.workers} workers.`);
          }
        });
      }),
    )
    .addCommand(
      new Command("active-queues").description("The queues from which each worker receives jobs.").action(async () => {
        cli.print(await cli.client().call("GET /api/v1/tasks/active_queues"), ({ active_queues }) =>
          table(Object.entries(active_queues), [
            { title: "WORKER", value: ([name]) => name },
            { title: "QUEUES", value: ([, of]) => of.map(({ name }) => name).join(", ") },
          ]),
        );
      }),
    );
};
