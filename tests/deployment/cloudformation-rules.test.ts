/**
 * A synthesis for a deployment checks the templates against CloudFormation's own rules. That takes longer than all else of
 * it, so that the embedded stack and the other tests leave it out; here it is done. So is a second opinion, by AWS's cfn-lint.
 *
 * @module
 */

import { spawnSync } from "node:child_process";
import { globSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { afterAll, expect, test } from "vitest";
import { catalog } from "../../contracts/catalog.ts";
import { bundleFunctions } from "../../infra/bundle.ts";
import { requireInCi } from "../helpers/ci-tools.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));
const folder = mkdtempSync(join(tmpdir(), "sluice-rules-"));
afterAll(() => rmSync(folder, { recursive: true }));

const synthesize = (app: string, env: Readonly<Record<string, string>> = {}) =>
  spawnSync(process.execPath, [app], {
    cwd: root,
    encoding: "utf8",
    env: {
      PATH: process.env.PATH,
      CDK_DISABLE_VERSION_CHECK: "1",
      CDK_OUTDIR: mkdtempSync(join(folder, "out-")),
      ...env,
    },
  });

test.each([
  { SLUICE_STAGE: "prod" },
  { SLUICE_FAMILIES: "all", SLUICE_DEAD_LETTER_TOPIC: "own", SLUICE_ALARM_EMAIL: "ops@example.org" },
  { SLUICE_FAMILIES: "core", VECTOR_STORE: "none" },
])("they find nothing in the templates of %o", async (env) => {
  await bundleFunctions({ queues: catalog.queues });
  const { status, stdout, stderr } = synthesize("infra/app.ts", env);
  expect(stdout + stderr).toBe("");
  expect(status).toBe(0);
});

test("they would refuse what cannot be deployed", () => {
  const app = join(folder, "app.mjs");
  const at = (path: string) => JSON.stringify(pathToFileURL(join(root, path)).href);
  writeFileSync(
    app,
    `import { readFileSync } from "node:fs";
     import cdk from ${at("node_modules/aws-cdk-lib/index.js")};
     const { context } = JSON.parse(readFileSync("cdk.json", "utf8"));
     const app = new cdk.App({ context, outdir: process.env.CDK_OUTDIR });
     new cdk.CfnResource(new cdk.Stack(app, "Wrong"), "Queue", {
       type: "AWS::SQS::Queue", properties: { VisibilityTimeout: "long", NoSuchProperty: 1 },
     });
     app.synth();`,
  );
  const { status, stdout, stderr } = synthesize(app);
  expect(stdout + stderr).toContain("NoSuchProperty");
  expect(status).not.toBe(0);
});

/** Installed by `.ci/run`; it is a Python program. */
const cfnLint = process.env.CFN_LINT;
/** W3005: a `DependsOn` that a reference makes needless. CDK writes both, so that a role's policies are there before its function. */
const lint = (...templates: string[]) =>
  spawnSync(cfnLint ?? "", ["--format", "parseable", "--ignore-checks", "W3005", "--", ...templates], {
    encoding: "utf8",
  });

requireInCi("CFN_LINT", cfnLint !== undefined);

test.skipIf(cfnLint === undefined).each([
  { SLUICE_STAGE: "prod", SLUICE_FAMILIES: "all" },
  { SLUICE_SIZE: "small" },
  {
    SLUICE_TRACING: "xray",
    SLUICE_VPC_SUBNETS: "subnet-0a1b2c3d4e5f60718",
    SLUICE_VPC_SECURITY_GROUPS: "sg-0a1b2c3d4e5f60718",
    SLUICE_KMS_KEY: "arn:aws:kms:us-east-1:123456789012:key/0a1b2c3d-1111-4222-8333-444455556666",
  },
])("cfn-lint finds nothing in the templates of %o (skipped without CFN_LINT)", async (env) => {
  await bundleFunctions({ queues: catalog.queues });
  const CDK_OUTDIR = mkdtempSync(join(folder, "lint-"));
  const { status, stderr } = synthesize("infra/app.ts", { ...env, CDK_OUTDIR, CDK_VALIDATION: "false" });
  expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
  const templates = globSync(join(CDK_OUTDIR, "*.template.json"));
  expect(templates).toHaveLength(4);
  expect(lint(...templates)).toMatchObject({ stdout: "", stderr: "", status: 0 });

  const wrong = join(CDK_OUTDIR, "wrong.json");
  writeFileSync(wrong, JSON.stringify({ Resources: { Queue: { Type: "AWS::SQS::Queue", Properties: { Wrong: 1 } } } }));
  expect(lint(wrong).stdout).toContain("E3002");
});
