/**
 * `npm run test:localstack`: deploys the stacks with the CDK CLI to the LocalStack-compatible endpoint in
 * AWS_ENDPOINT_URL and runs the black-box suite there.
 *
 * @module
 */

import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { runTool } from "../../scripts/run-tool.ts";
import { deploy } from "./deployment.ts";
import { probe } from "./probe.ts";
import { missingCoverage } from "./required-coverage.ts";

const endpoint = process.env.AWS_ENDPOINT_URL;
if (!endpoint) {
  process.stderr.write(
    "Set AWS_ENDPOINT_URL to a LocalStack-compatible endpoint, such as http://127.0.0.1:4566 (docker-compose.yml says what LocalStack itself needs).\n" +
      "Without Docker: scripts/with-ministack.sh npm run test:localstack\n",
  );
  process.exit(2);
}

const folder = await mkdtemp(join(tmpdir(), "sluice-report-"));
try {
  process.exitCode = await main(endpoint);
} finally {
  await rm(folder, { recursive: true, force: true });
}

async function main(at: string): Promise<number> {
  const { url, adminKey } = await deploy(at, join(folder, "vectors.sqlite"));
  const lacks = await probe(at);
  const report = process.env.TEST_REPORT ?? join(folder, "report.json");
  const code = await runTool("vitest", ["run", "--project", "e2e"], {
    ...process.env,
    ...{ E2E_URL: url, E2E_ADMIN_KEY: adminKey, E2E_LACKS: JSON.stringify(lacks), TEST_REPORT: report },
  });
  if (code !== 0) return 1;
  const missing = missingCoverage(JSON.parse(await readFile(report, "utf8")), lacks);
  for (const what of missing) process.stderr.write(`The suite passed without having run: ${what}\n`);
  return missing.length > 0 ? 1 : 0;
}
