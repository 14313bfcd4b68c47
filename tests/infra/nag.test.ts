import { AwsSolutionsChecks, ServerlessChecks } from "cdk-nag";
import { expect, test } from "vitest";
import { catalog } from "../../contracts/catalog.ts";
import { synthesize } from "../helpers/synthesized.ts";

const { queues } = catalog;

const stages = [
  {},
  { SLUICE_STAGE: "prod" },
  { OCR_ENGINE: "textract" },
  { SLUICE_SIZE: "small", SLUICE_FAMILIES: "" },
  { LLM_API_KEY_SECRET: "arn:aws:secretsmanager:eu-central-1:123456789012:secret:key" },
  {
    SLUICE_TRACING: "xray",
    SLUICE_VPC_SUBNETS: "subnet-0a1b2c3d4e5f60718",
    SLUICE_VPC_SECURITY_GROUPS: "sg-0a1b2c3d4e5f60718",
  },
  { SLUICE_KMS_KEY: "arn:aws:kms:eu-central-1:123456789012:key/0a1b2c3d-1111-4222-8333-444455556666" },
  { LLM_API_KEY_SECRET: "/models/key", SLUICE_DEAD_LETTER_TOPIC: "own", SLUICE_ALARM_EMAIL: "ops@example.org" },
];

test.each(stages)("cdk-nag finds nothing that is not accepted with a reason: %o", (env) => {
  const { app } = synthesize(env, queues);
  for (const pack of [new AwsSolutionsChecks(), new ServerlessChecks()]) {
    const findings = pack
      .validateScope(app)
      .violations.flatMap(({ ruleName, violatingResources = [] }) =>
        violatingResources.map((resource) => `${ruleName} at ${resource.constructPath}`),
      );
    expect(findings).toEqual([]);
  }
});
