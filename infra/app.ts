import { App } from "aws-cdk-lib";
import cdk from "../cdk.json" with { type: "json" };
import { catalog } from "../contracts/catalog.ts";
import { bundledLanguages } from "../contracts/settings/ocr.ts";
import { queuesAt } from "../contracts/sizes.ts";
import { bundleFunctions } from "./bundle.ts";
import { readConfig } from "./config.ts";
import { addStage } from "./stage.ts";

/**
 * The CDK app. Run by the CDK CLI, or alone by `node infra/app.ts`: it synthesizes to CDK_OUTDIR, else to cdk.out.
 */
const config = readConfig(process.env);
await bundleFunctions({ queues: queuesAt(config.size, catalog.tasks), languages: bundledLanguages(config.settings) });
// Alone, the app gives itself the feature flags of cdk.json, so that the templates are the same. The CLI passes them,
// which wins over these; only it checks the templates against CloudFormation's rules, which takes seconds.
const context = { ...cdk.context, "@aws-cdk/core:validateAgainstDefaultRules": false };
const app = new App({ context, outdir: process.env.CDK_OUTDIR ?? "cdk.out" });
addStage(app, { config, queues: catalog.queues });
app.synth();
