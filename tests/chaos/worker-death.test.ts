/**
 * The child process that runs a job is killed in the middle of it, by its pid.
 *
 * @module
 */

import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { z } from "zod";
import { defineCatalog } from "../../contracts/define-catalog.ts";
import { type Stack, startStack } from "../../local/stack.ts";
import { submitJob } from "../../shared/engine/jobs/submit.ts";
import { criticalTask } from "../fixtures/functions/critical-task.ts";
import { Assembly, type AssemblyResources } from "../helpers/assembly.ts";
import { eventually } from "../helpers/eventually.ts";
import { getJob, outcomeOf, submit } from "../helpers/job-client.ts";
import { collectRunReports, type RunReports } from "../helpers/run-reports.ts";
import { servicesOf } from "../helpers/stack-services.ts";

let reports: RunReports;
let assembly: Assembly;
let stack: Stack;

beforeAll(async () => {
  reports = await collectRunReports();
  const environment = { TEST_REPORT_URL: reports.url };
  assembly = await Assembly.synthesize({ TASK_LEASE_SECONDS: "4" });
  await assembly.replaceHandler("default", "tests/fixtures/functions/reporting-default.ts", environment);
  await assembly.edit(addCriticalQueue);
  await assembly.replaceHandler("critical", "tests/fixtures/functions/critical.ts", environment);
  stack = await startStack({ assembly: assembly.directory, timeScale: 30 });
});
afterAll(async () => {
  await stack?.stop(0);
  await reports?.close();
  await assembly?.remove();
});

/** A queue, its function and its mappings, made from those of the default queue. */
function addCriticalQueue(resources: AssemblyResources) {
  for (const [id, resource] of Object.entries(resources)) {
    if (!id.startsWith("DefaultQueue")) continue;
    const text = JSON.stringify(resource)
      .replaceAll("DefaultQueue", "CriticalQueue")
      .replaceAll(/\bdefault\b/g, "critical");
    const copy: AssemblyResources[string] = JSON.parse(text);
    if (copy.Type === "AWS::Lambda::Function") copy.Properties = { ...copy.Properties, Timeout: 10 };
    resources[id.replace("DefaultQueue", "CriticalQueue")] = copy;
  }
  const sweepers = Object.entries(resources).filter(
    ([id, { Type }]) => id.startsWith("Sweeper") && Type.includes("Policy"),
  );
  for (const [, policy] of sweepers) allowCritical(policy.Properties);
}

const statementsSchema = z.object({ Statement: z.array(z.object({ Resource: z.unknown() }).loose()) });

/** What a role may do with the lanes of the default queue, it may do with those of the critical one. */
function allowCritical(properties: Record<string, unknown> = {}): void {
  const document = statementsSchema.parse(properties.PolicyDocument);
  for (const statement of document.Statement) {
    const named = [statement.Resource].flat();
    const ofDefault = named.map((each) => JSON.stringify(each)).filter((text) => /-default-(high|low|dlq)"/.test(text));
    const copies: unknown[] = ofDefault.map((text) => JSON.parse(text.replace("-default-", "-critical-")));
    statement.Resource = [...named, ...copies];
  }
  properties.PolicyDocument = document;
}

describe("a worker killed in the middle of a job", () => {
  it("leaves a job that ends in SUCCESS, once, within its lease and a sweep", async () => {
    const taskId = await submit(stack, "health_check", { input: { echo: { sleep_ms: 3_000 } } });
    const run = await eventually("the job runs", () => reports.all.find((report) => report.task_id === taskId));
    expect(
      stack
        .functions("default")
        .running()
        .map((running) => running.pid),
    ).toContain(run.pid);

    process.kill(run.pid, "SIGKILL");

    const job = await outcomeOf(stack, taskId, 60);
    expect(job.status).toBe("SUCCESS");
    expect(job.attempts).toBe(2);
    const runs = reports.all.filter((report) => report.task_id === taskId);
    expect(runs).toHaveLength(2);
    expect(runs[1]?.pid).not.toBe(run.pid);
  });

  it("of a critical queue leaves FAILURE WorkerLostError, and no second run", async () => {
    const services = { ...servicesOf(stack), catalog: defineCatalog({ transfer: criticalTask }) };
    const before = reports.all.length;
    const { job } = await submitJob(services, {
      taskName: criticalTask.name,
      tenant: "default",
      input: {},
    });
    const run = await eventually("the job runs", () => reports.all[before]);

    process.kill(run.pid, "SIGKILL");

    const failed = await outcomeOf(stack, job.task_id, 60);
    expect(failed.status).toBe("FAILURE");
    expect(failed.error?.type).toBe("WorkerLostError");
    expect(failed.attempts).toBe(1);
    expect(reports.all.length).toBe(before + 1);
  });

  it("does not disturb a job beside it", async () => {
    const slow = await submit(stack, "health_check", { input: { echo: { sleep_ms: 2_000 } } });
    const killed = await submit(stack, "health_check", { input: { echo: { sleep_ms: 2_000 } } });
    const run = await eventually("the job runs", () => reports.all.find((report) => report.task_id === killed));
    process.kill(run.pid, "SIGKILL");
    for (const taskId of [slow, killed]) expect((await outcomeOf(stack, taskId)).status).toBe("SUCCESS");
    expect((await getJob(stack, killed)).attempts).toBe(2);
  });
});
