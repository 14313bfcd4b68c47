import { App } from "aws-cdk-lib";
import cdk from "../cdk.json" with { type: "json" };
import { bundleFunctions } from "./bundle.ts";
import { readConfig } from "./config.ts";
import { addStage } from "./stage.ts";

/**
 * The CDK app. Run by the CDK CLI, or alone by `node infra/app.ts`: it synthesizes to CDK_OUTDIR, else to cdk.out.
 */
const config = readConfig(process.env);
await bundleFunctions();
// The CLI passes the feature flags of cdk.json; alone, the app must give itself the same ones.
const app = new App({ context: cdk.context, outdir: process.env.CDK_OUTDIR ?? "cdk.out" });
addStage(app, { config });
app.synth();
