import { Command } from "@commander-js/extra-typings";
import type { Cli } from "../cli.ts";
import { examples } from "../examples.ts";

export const revokeCommand = (cli: Cli) =>
  new Command("revoke")
    .summary("stop jobs")
    .description("Revokes jobs: a waiting one never runs, a running one is told to stop within seconds.")
    .argument("<job-id...>")
    .option("--no-terminate", "leave a running job alone (exit code 5)")
    .addHelpText("after", examples(["sluice revoke 5d0f9c2a-...", "stop it"]))
    .action(async (taskIds, { terminate }) => {
      const { jobs } = cli.client();
      for (const taskId of taskIds) {
        cli.print(await jobs.revoke(taskId, { terminate }), ({ task_id, status }) => {
          cli.out.line(`${task_id}\t${status}`);
        });
      }
    });
