/**
 * Runs tests of the engine on the AWS at `AWS_ENDPOINT_URL`, such as moto or MiniStack: what holds on our emulators alone
 * would not be worth much. Its account has to be 000000000000.
 *
 * Left out are files whose tests move a clock of the emulator, read its memory, or purge a queue more than once a minute, which AWS
 * refuses, and `lane-limits`, one of whose tests needs fair queues, which the others do not have.
 *
 * @module
 */

import { runTool } from "../../scripts/run-tool.ts";
import { otherAws } from "../helpers/emulated-services.ts";

const files = [
  "circuit-breaker.test.ts",
  "cost.test.ts",
  "delivery.test.ts",
  "guards.test.ts",
  "invocation.test.ts",
  "life-cycle.heavy.test.ts",
  "redrive.test.ts",
  "restore.test.ts",
  "signed-jobs.test.ts",
  "statistics.test.ts",
  "submit-job.test.ts",
  "submit-record.test.ts",
  "transitions-end.test.ts",
  "transitions-start.test.ts",
  "transitions-wait.test.ts",
];

const { AWS_ENDPOINT_URL: endpoint, ...env } = process.env;
if (!endpoint) {
  process.stderr.write("Set AWS_ENDPOINT_URL to the endpoint of an AWS emulator, such as http://127.0.0.1:4566.\n");
  process.exit(2);
}
const paths = files.map((file) => `tests/integration/engine/${file}`);
process.exitCode = (await runTool("vitest", ["run", ...paths], { ...env, [otherAws]: endpoint })) ?? 1;
