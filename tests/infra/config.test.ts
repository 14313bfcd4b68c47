import { expect, test } from "vitest";
import { catalog } from "../../contracts/catalog.ts";
import { checkConfig, readConfig } from "../../infra/config.ts";
import { synthesize } from "../helpers/synthesized.ts";

const deletionPolicies = (env: Record<string, string>) => {
  const stacks = synthesize(env);
  return [...stacks.ofType("AWS::DynamoDB::Table"), ...stacks.ofType("AWS::S3::Bucket")].map(
    (resource) => resource.deletionPolicy,
  );
};

test("without settings the stage is dev, and its data goes with its stacks", () => {
  expect(readConfig({}).stage).toBe("dev");
  expect(deletionPolicies({})).toEqual(["Delete", "Delete", "Delete"]);
});

test("another stage keeps its data, and can be restored to a point in time", () => {
  expect(deletionPolicies({ SLUICE_STAGE: "staging" })).toEqual(Array(3).fill("RetainExceptOnCreate"));
  for (const { properties } of synthesize({ SLUICE_STAGE: "staging" }).ofType("AWS::DynamoDB::Table")) {
    expect(properties.PointInTimeRecoverySpecification).toEqual({ PointInTimeRecoveryEnabled: true });
  }
});

test("prod is protected from deletion, each of its stacks", () => {
  const stacks = synthesize({ SLUICE_STAGE: "prod" });
  const tables = stacks.ofType("AWS::DynamoDB::Table");
  expect(tables.map(({ properties }) => properties.DeletionProtectionEnabled)).toEqual([true, true]);
  expect(stacks.stacks.map(({ terminationProtection }) => terminationProtection)).toEqual([true, true, true, true]);
});

test.each([
  ["SLUICE_STAGE", "Prod_1"],
  ["SLUICE_LOG_RETENTION_DAYS", "31"],
  ["WORKER_CONCURRENCY", "1"],
  ["LLM_BACKEND", "celery"],
  ["OCR_ENGINE", "abbyy"],
  ["OCR_LANGUAGES", "deu,klingon"],
  ["OCR_LANGUAGES", ","],
])("%s=%s is refused by name", (name, value) => {
  expect(() => readConfig({ [name]: value })).toThrow(name);
});

test("a variable that is set to nothing counts as not set", () => {
  expect(readConfig({ SLUICE_STAGE: "", WORKER_CONCURRENCY: "" })).toEqual(readConfig({}));
});

test("a language that Tesseract does not know is named, and so is the notation", () => {
  expect(() => readConfig({ OCR_LANGUAGES: "de,eng" })).toThrow(
    "OCR_LANGUAGES: de unknown: it must be a comma-separated list of Tesseract's codes, such as deu,eng,fra",
  );
});

test("languages may be written as Tesseract writes them", () => {
  const { settings } = readConfig({ OCR_LANGUAGES: "FRA+deu, fra" });
  expect(settings.OCR_LANGUAGES).toBe("fra,deu");
});

test("lanes that could use up the account's concurrency are refused", () => {
  expect(() => checkConfig(readConfig({ WORKER_CONCURRENCY: "500" }), catalog.queues)).toThrow(
    /SLUICE_ACCOUNT_CONCURRENCY 1000/,
  );
  expect(() => checkConfig(readConfig({ SLUICE_ACCOUNT_CONCURRENCY: "10" }), catalog.queues)).toThrow(
    /WORKER_CONCURRENCY 5/,
  );
  expect(() =>
    checkConfig(readConfig({ WORKER_CONCURRENCY: "500", SLUICE_ACCOUNT_CONCURRENCY: "100000" }), catalog.queues),
  ).not.toThrow();
});

test("a concurrency of a queue that is not there, or out of bounds, is refused", () => {
  expect(() => checkConfig(readConfig({ WORKER_CONCURRENCY_BY_QUEUE: "sumarize=9" }), catalog.queues)).toThrow(
    /there is no queue sumarize. There are: summarize/,
  );
  expect(() => readConfig({ WORKER_CONCURRENCY_BY_QUEUE: "summarize=1" })).toThrow(/from 2 to 1000/);
  expect(() => readConfig({ WORKER_CONCURRENCY_BY_QUEUE: "summarize:9" })).toThrow(/must be QUEUE=COUNT/);
  expect(() => checkConfig(readConfig({ WORKER_CONCURRENCY_BY_QUEUE: "summarize=500" }), catalog.queues)).toThrow(
    /SLUICE_ACCOUNT_CONCURRENCY 1000/,
  );
});

test("a hard time limit at or under a queue's soft one is refused", () => {
  expect(() => checkConfig(readConfig({ TASK_TIME_LIMIT: "270" }), catalog.queues)).toThrow(/TASK_SOFT_TIME_LIMIT/);
  expect(() =>
    checkConfig(readConfig({ TASK_TIME_LIMIT: "20", TASK_SOFT_TIME_LIMIT: "10" }), catalog.queues),
  ).not.toThrow();
});

test("settings of recognition reach the function that reads documents alone, and its quotas the API, which shows them", () => {
  const stacks = synthesize({ OCR_LANGUAGES: "deu,fra", OCR_ENGINE: "textract", OCR_PROJECT_PAGES_PER_DAY: "7" });
  const toldOf = (name: string) =>
    stacks
      .ofType("AWS::Lambda::Function")
      .filter(({ properties }) => JSON.stringify(properties.Environment)?.includes(`"${name}"`));
  const told = toldOf("OCR_ENGINE");
  expect(told.map(({ properties }) => properties.FunctionName)).toEqual(["sluice-dev-document"]);
  expect(toldOf("OCR_PROJECT_PAGES_PER_DAY").map(({ properties }) => properties.FunctionName)).toEqual([
    "sluice-dev-document",
    "sluice-dev-api",
  ]);
  expect(told[0]?.properties.Environment).toMatchObject({
    Variables: { OCR_LANGUAGES: "deu,fra", OCR_ENGINE: "textract" },
  });
});

test("settings reach the functions, and model settings only those that use a model", () => {
  const stacks = synthesize({ LLM_SERVER_URL: "http://127.0.0.1:8080/v1", TASK_RETRY_BACKOFF: "5" });
  const environment = (name: string) =>
    stacks.ofType("AWS::Lambda::Function").find((resource) => resource.properties.FunctionName === name)?.properties
      .Environment;
  expect(environment("sluice-dev-summarize")).toMatchObject({
    Variables: { LLM_SERVER_URL: "http://127.0.0.1:8080/v1", TASK_RETRY_BACKOFF: "5", LOG_FORMAT: "json" },
  });
  expect(environment("sluice-dev-default")).not.toMatchObject({ Variables: { LLM_SERVER_URL: expect.anything() } });
});

test("settings that Lambda would not take together are refused, and the longest are named", () => {
  const projects = (quotas: (id: string) => unknown) =>
    JSON.stringify(Object.fromEntries(Array.from({ length: 28 }, (_, each) => [`project-${each}`, quotas(`${each}`)])));
  const env = {
    PROJECT_QUOTAS: projects(() => ({ requests_per_second: 20 })),
    LLM_PROJECT_LIMITS: projects(() => ({ tokens_per_day: 1_000_000 })),
    PROJECT_JOB_LIMITS: projects(() => ({ queued_jobs: 10_000 })),
  };

  expect(() => synthesize(env)).toThrow(
    /The function api has about \d+ bytes of settings, and Lambda takes 4096\. Shorten the longest: \w+ \(\d+\), /,
  );
  expect(() => synthesize({ PROJECT_QUOTAS: env.PROJECT_QUOTAS })).not.toThrow();
});
