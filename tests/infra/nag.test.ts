import { AwsSolutionsChecks, ServerlessChecks } from "cdk-nag";
import { expect, test } from "vitest";
import { catalog } from "../../contracts/catalog.ts";
import { synthesize } from "../helpers/synthesized.ts";

const { queues } = catalog;

const stages = [
  {},
  { SLUICE_STAGE: "prod" },
  { OCR_ENGINE: "textract" },
  { LLM_API_KEY_SECRET: "arn:aws:secretsmanager:eu-central-1:123456789012:secret:key" },
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
