import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { z } from "zod";
import { cloudWatchMetrics, metricService, routineTasks } from "../../../contracts/monitoring/metrics.ts";
import type { JobStore } from "../../../shared/engine/jobs/store.ts";
import { publishCount, publishValues, recordRuns } from "../../../shared/engine/monitoring/run-metrics.ts";
import { createLogger } from "../../../shared/lib/logger.ts";

const emfSchema = z.looseObject({
  _aws: z.object({
    CloudWatchMetrics: z.array(z.object({ Dimensions: z.array(z.array(z.string())) })),
  }),
});

const store = { table: { update: async () => undefined } } as unknown as JobStore;
const lines: string[] = [];

beforeEach(() => {
  lines.length = 0;
  vi.stubEnv("POWERTOOLS_SERVICE_NAME", metricService("dev"));
  vi.stubEnv("POWERTOOLS_DEV", "true");
  vi.stubEnv("POWERTOOLS_METRICS_DISABLED", "false");
  vi.stubEnv("LOG_FORMAT", "json");
  vi.spyOn(console, "log").mockImplementation((line: string) => void lines.push(line));
});
afterEach(() => {
  vi.unstubAllEnvs();
  vi.restoreAllMocks();
});

it("publishes each run once by its task and once by its queue, where a rate needs a zero", async () => {
  const run = {
    taskName: "summarize",
    lane: "high",
    tenant: "p",
    durationMs: 40,
    queuedMs: 3,
    usage: undefined,
  } as const;

  await recordRuns([{ ...run, status: "SUCCESS" }], { queue: "summarize", store, logger: createLogger("test") });

  const [ofTask, ofQueue] = lines.map((line) => emfSchema.parse(JSON.parse(line)));
  const dimensions = (emf: typeof ofTask) => emf?._aws.CloudWatchMetrics[0]?.Dimensions.map((set) => set.toSorted());
  expect(dimensions(ofTask)).toEqual([["service", "task_name"]]);
  expect(dimensions(ofQueue)).toEqual([["queue", "service"]]);
  expect(ofTask).toMatchObject({
    service: "sluice-dev",
    task_name: "summarize",
    [cloudWatchMetrics.succeeded]: 1,
    [cloudWatchMetrics.duration]: 40,
  });
  for (const name of [cloudWatchMetrics.failed, cloudWatchMetrics.retried]) expect(ofTask).not.toHaveProperty(name);
  expect(ofQueue).toMatchObject({
    queue: "summarize",
    [cloudWatchMetrics.succeeded]: 1,
    [cloudWatchMetrics.failed]: 0,
  });
  expect(ofQueue).not.toHaveProperty(cloudWatchMetrics.retried);
});

const routine = { lane: "low", tenant: "p", durationMs: 40, queuedMs: 3, usage: undefined } as const;
it.each([...routineTasks])("publishes of %s, which runs all the time, what fails", async (taskName) => {
  const options = { queue: "monitoring", store, logger: createLogger("test") };
  await recordRuns([{ ...routine, taskName, status: "SUCCESS" }], options);
  expect(lines).toEqual([]);

  await recordRuns([{ ...routine, taskName, status: "FAILURE" }], options);
  const [ofTask, ofQueue] = lines.map((line) => emfSchema.parse(JSON.parse(line)));
  expect(ofTask).toMatchObject({ task_name: taskName, [cloudWatchMetrics.failed]: 1 });
  expect(ofQueue).toMatchObject({ queue: "monitoring", [cloudWatchMetrics.failed]: 1 });
});

it("publishes no line for a task of which nothing is to be said", async () => {
  const run = { ...routine, taskName: "t", durationMs: undefined, queuedMs: undefined, status: "CHECKPOINT" } as const;
  const warned = vi.spyOn(console, "warn").mockReturnValue();
  await recordRuns([run], { queue: "q", store, logger: createLogger("test") });
  expect(lines.map((line) => JSON.parse(line).task_name)).toEqual([undefined]);
  expect(warned).not.toHaveBeenCalled();
});

it("publishes several values by the service alone, in one line", () => {
  publishValues(
    new Map([
      [cloudWatchMetrics.mostWaiting, 120],
      [cloudWatchMetrics.failureRate, 2.5],
    ]),
  );
  publishValues(new Map());

  const [line, ...others] = lines.map((each) => emfSchema.parse(JSON.parse(each)));
  expect(line?._aws.CloudWatchMetrics[0]?.Dimensions).toEqual([["service"]]);
  expect(line).toMatchObject({ service: "sluice-dev", MostWaiting: 120, FailureRate: 2.5 });
  expect(others).toEqual([]);
});

it("says of tokens who spent them, by which model and config, without a dimension for each", async () => {
  const run = {
    taskName: "llm_call",
    lane: "high",
    status: "SUCCESS",
    tenant: "shop",
    configName: "support@3",
  } as const;
  const usage = { prompt_tokens: 4, completion_tokens: 1, total_tokens: 5, model: "gpt-4.1" };

  const options = { queue: "llm-call", store, logger: createLogger("test") };
  await recordRuns([{ ...run, durationMs: 40, queuedMs: 3, usage }], options);
  await recordRuns([{ ...run, durationMs: 40, queuedMs: 3, usage: undefined }], options);

  const [ofTask, ofQueue, without] = lines.map((line) => emfSchema.parse(JSON.parse(line)));
  expect(ofTask).toMatchObject({ LLMTokens: 5, project: "shop", model: "gpt-4.1", config: "support@3" });
  expect(ofTask?._aws.CloudWatchMetrics[0]?.Dimensions.map((set) => set.toSorted())).toEqual([
    ["service", "task_name"],
  ]);
  for (const other of [ofQueue, without]) expect(other).not.toHaveProperty("model");
});

it("publishes a single count by the service alone, as its alarm asks for it", () => {
  publishCount(cloudWatchMetrics.noticesFailed, 2);

  const [count] = lines.map((line) => emfSchema.parse(JSON.parse(line)));
  expect(count?._aws.CloudWatchMetrics[0]?.Dimensions).toEqual([["service"]]);
  expect(count).toMatchObject({ service: "sluice-dev", [cloudWatchMetrics.noticesFailed]: 2 });
});

it("publishes nothing at a terminal", () => {
  vi.stubEnv("LOG_FORMAT", "text");
  publishCount(cloudWatchMetrics.noticesFailed, 2);

  expect(lines).toEqual([]);
});

it("publishes on Lambda whatever the log looks like, as alarms rest on it", async () => {
  vi.stubEnv("LOG_FORMAT", "text");
  vi.stubEnv("AWS_LAMBDA_FUNCTION_NAME", "sluice-dev-sweeper");
  publishValues(new Map([[cloudWatchMetrics.deadLetters, 1]]));
  await recordRuns([{ ...routine, taskName: "t", status: "SUCCESS" }], {
    queue: "q",
    store,
    logger: createLogger("test"),
  });

  expect(lines).toHaveLength(3);
});

it("says why tokens could not be counted of a task that opens documents and names no model", async () => {
  const denied = Object.assign(new Error("not allowed"), { name: "AccessDeniedException" });
  const refusing = { table: { update: () => Promise.reject(denied) } } as unknown as JobStore;
  const logger = { warn: vi.fn() };
  const usage = { prompt_tokens: 4, completion_tokens: 1, total_tokens: 5, model: "gpt-4.1" };
  const run = { ...routine, taskName: "t", status: "SUCCESS" } as const;
  await recordRuns([{ ...run, usage }], { queue: "q", store: refusing, logger });
  await recordRuns([run], { queue: "q", store: refusing, logger });

  expect(logger.warn.mock.calls).toEqual([
    ["runs could not be counted", { error: denied, advice: expect.stringContaining('"llm"') }],
    ["runs could not be counted", { error: denied }],
  ]);
});

it("counts runs that ended because a stored file was not readable, so that a wrong permission is seen, and no zeros", async () => {
  const run = { taskName: "t", lane: "low", tenant: "p", durationMs: 1, queuedMs: 1, usage: undefined } as const;
  const options = { queue: "q", store, logger: createLogger("test") };

  await recordRuns([{ ...run, status: "FAILURE", errorType: "FileUnreadableError" }], options);
  await recordRuns([{ ...run, status: "FAILURE", errorType: "InvalidInputError" }], options);

  const counts = lines.map((line) => JSON.parse(line)[cloudWatchMetrics.unreadable]);
  expect(counts).toEqual([1, undefined, undefined, undefined]);
});
