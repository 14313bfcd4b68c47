/**
 * A stage in an app with tasks of its own: what it adds, and how the app's tasks get into the functions.
 *
 * @module
 */

import { mkdtempSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { App, Stack } from "aws-cdk-lib";
import { Template } from "aws-cdk-lib/assertions";
import { Code } from "aws-cdk-lib/aws-lambda";
import { expect, test } from "vitest";
import { z } from "zod";
import { catalog as standard } from "../../contracts/catalog.ts";
import { defineCatalog } from "../../contracts/define-catalog.ts";
import { defineTask } from "../../contracts/define-task.ts";
import { bundleFunctions } from "../../infra/bundle.ts";
import { SluiceStage } from "../../infra/sluice-stage.ts";
import { synthesize } from "../helpers/synthesized.ts";

const task = (name: string, queue: string) =>
  defineTask({
    ...{ name, queue, description: "Counts.", input: z.object({}), output: z.object({}) },
    ...{ retry: "standard", timeLimit: { soft: 5, hard: 10 }, memory: 128 },
  });
const own = defineCatalog({ ...standard.tasks, count: task("count", "default"), report: task("report", "reports") });

const folder = mkdtempSync(join(tmpdir(), "sluice-own-"));
writeFileSync(join(folder, "index.mjs"), "export const handler = async () => {};\n");
const code = () => Code.fromAsset(folder);
const entry = join(folder, "app.ts");
const newApp = () => new App({ outdir: mkdtempSync(join(tmpdir(), "sluice-cdk-")) });

test("its stacks are those of Sluice's own app, whatever feature flags the app has", () => {
  const settings = { SLUICE_FAMILIES: "all" };
  const stage = new SluiceStage(newApp(), "Sluice", { catalog: standard, entry, code, settings });

  const { stacks } = synthesize({}, standard.queues, code);

  const ours = [stage.storage, stage.tasks, stage.api, stage.observability];
  expect(ours.map((stack) => stack.stackName)).toEqual(stacks.map((stack) => stack.stackName));
  for (const [index, stack] of ours.entries()) {
    expect(withoutPaths(stack)).toEqual(withoutPaths(stacks[index] ?? stack));
  }
});

/** Descriptions of policies hold a construct's path, and some logical ids that of another, with a hash of it. */
const withoutPaths = (stack: Stack): unknown =>
  JSON.parse(
    JSON.stringify(Template.fromStack(stack).toJSON())
      .replaceAll("Sluice/sluice-dev", "sluice-dev")
      .replaceAll(/\w*sluicedev\w*/g, (id) =>
        id.replaceAll("Sluicesluicedev", "sluicedev").replaceAll(/[0-9A-F]{8}/g, ""),
      ),
  );

test("its own tasks have a queue with lanes, function and alarms, or run on one of Sluice's", () => {
  const stage = new SluiceStage(newApp(), "Sluice", { catalog: own, entry, code, stage: "shop" });

  const names = JSON.stringify(Template.fromStack(stage.tasks).toJSON());
  for (const name of ["reports-high", "reports-low", "reports-dlq", "reports"]) {
    expect(names).toContain(`"sluice-shop-${name}"`);
  }
  expect(names).not.toContain("sluice-shop-count");
  expect(JSON.stringify(Template.fromStack(stage.observability).toJSON())).toContain("sluice-shop-reports-high");
});

test("in a small stage its own tasks keep their queues and functions, with one lane, and the standard ones leave them", () => {
  const settings = { SLUICE_SIZE: "small", SLUICE_ACCOUNT_CONCURRENCY: "20" };
  const stage = new SluiceStage(newApp(), "Sluice", { catalog: own, entry, code, settings });

  const queues = Object.values(Template.fromStack(stage.tasks).findResources("AWS::SQS::Queue"));
  const lanes = queues
    .map(({ Properties }) => String(Properties.QueueName))
    .filter((name) => /-(high|low)$/.test(name));
  expect(lanes.toSorted()).toEqual(
    ["callbacks", "default", "housekeeping", "language", "reports"].map((name) => `sluice-dev-${name}-low`),
  );
  const small = own.withSize("small");
  expect(small.queueOf("default").tasks.map(({ name }) => name)).toEqual(["count"]);
  expect(small.queueOf("default").retry).toBe("standard");
});

test("a stack of the app may use what the stage has", () => {
  const app = newApp();
  const stage = new SluiceStage(app, "Sluice", { catalog: own, entry, code });
  const website = new Stack(app, "Website");
  website.exportValue(stage.api.httpApi.apiEndpoint, { name: "tasks" });
  expect(() => app.synth()).not.toThrow();
});

test("the environment wins over settings in the code, and a stage named there over the environment", () => {
  process.env.TASK_MAX_RETRIES = "7";
  process.env.SLUICE_STAGE = "other";
  try {
    const settings = { TASK_MAX_RETRIES: "1", RESULT_EXPIRES: "3600" };
    const { config } = new SluiceStage(newApp(), "Sluice", { catalog: own, entry, code, settings, stage: "shop" });
    expect(config.stage).toBe("shop");
    expect(config.settings).toMatchObject({ TASK_MAX_RETRIES: 7, RESULT_EXPIRES: 3600 });
  } finally {
    delete process.env.TASK_MAX_RETRIES;
    delete process.env.SLUICE_STAGE;
  }
});

test("an entry that is not there is named", () => {
  const make = () => new SluiceStage(newApp(), "Sluice", { catalog: own, entry: "missing/app.ts" });
  expect(make).toThrow(resolve("missing/app.ts"));
});

test("a function holds its own tasks, and the API the catalog without their code", async () => {
  const framework = JSON.stringify(resolve("framework/index.ts"));
  writeFileSync(join(folder, "count.ts"), "export const run = async () => ({ counted: 'code of count' });");
  writeFileSync(join(folder, "report.ts"), "export const run = async () => ({ reported: 'code of report' });");
  writeFileSync(
    entry,
    `import { defineCatalog, defineTask, standardTasks, z } from ${framework};
     const common = { input: z.object({}), output: z.object({}), retry: "standard", timeLimit: { soft: 5, hard: 10 }, memory: 128 } as const;
     const count = defineTask({ name: "count", queue: "default", description: "Counts what the app has.", ...common });
     const report = defineTask({ name: "report", queue: "reports", description: "Reports.", ...common });
     export const catalog = defineCatalog({ ...standardTasks, count, report });
     export const handlers = { count: () => import("./count.ts"), report: () => import("./report.ts") };`,
  );
  const outdir = join(folder, "out");
  await bundleFunctions({
    queues: own.queues.filter(({ name }) => ["default", "reports"].includes(name)),
    app: { entry, tasks: { default: ["count"], reports: ["report"] } },
    outdir,
    languages: [],
  });

  const has = (name: string, text: string) => {
    const files = readdirSync(join(outdir, name)).filter((file) => file.endsWith(".mjs"));
    return files.map((file) => readFileSync(join(outdir, name, file), "utf8")).some((code) => code.includes(text));
  };
  expect(has("default", "code of count")).toBe(true);
  expect(has("reports", "code of report")).toBe(true);
  expect(has("api", "Counts what the app has.")).toBe(true);
  expect(has("api", "code of count")).toBe(false);
}, 300_000);
