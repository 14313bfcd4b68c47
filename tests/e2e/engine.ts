/**
 * Runs tests of the engine on the AWS at `AWS_ENDPOINT_URL`, such as moto or MiniStack: what holds on our emulators alone
 * would not be worth much. Its account has to be 000000000000.
 *
 * What is left out, and why, is in `tests/helpers/engine-files.ts`.
 *
 * @module
 */

import { runTool } from "../../scripts/run-tool.ts";
import { otherAws } from "../helpers/emulated-services.ts";
import { onMiniStack, onOtherAws, onOursAlone } from "../helpers/engine-files.ts";

const { AWS_ENDPOINT_URL: endpoint, EMULATOR: emulator = "this AWS", ...env } = process.env;
if (!endpoint) {
  process.stderr.write("Set AWS_ENDPOINT_URL to the endpoint of an AWS emulator, such as http://127.0.0.1:4566.\n");
  process.exit(2);
}
const files = emulator === "MiniStack" ? [...onOtherAws, ...onMiniStack] : onOtherAws;
const leftOut = Object.entries(onOursAlone).map(([file, why]) => `  ${file}: ${why}\n`);
process.stdout.write(`${files.length} files run on ${emulator}. Left out:\n${leftOut.join("")}`);
if (emulator === "moto") process.stdout.write(`  ${onMiniStack.join(", ")}: were ended after four minutes on moto\n`);
const paths = files.map((file) => `tests/integration/engine/${file}.test.ts`);
process.exitCode = (await runTool("vitest", ["run", ...paths], { ...env, [otherAws]: endpoint })) ?? 1;
