/**
 * The API behind a gateway, with workers that run jobs and SQS that moves dead letters.
 *
 * @module
 */

import { DeleteMessageCommand, ReceiveMessageCommand, SendMessageCommand, SQSClient } from "@aws-sdk/client-sqs";
import parse from "parse-prometheus-text-format";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  deadLetterCountsSchema,
  deadLetterListSchema,
  redrivenSchema,
} from "../../../contracts/dead-letters/dead-letters.ts";
import { eventListSchema } from "../../../contracts/jobs/wire.ts";
import { prometheusMetrics } from "../../../contracts/monitoring/metrics.ts";
import { queueStatsSchema, queuesSchema } from "../../../contracts/monitoring/operations.ts";
import { eventually } from "../../helpers/eventually.ts";
import { faultsOfMetrics, hasPromtool } from "../../helpers/promtool.ts";
import { startTestStack, type TestStack } from "../../helpers/stack.ts";

let stack: TestStack;
let sqs: SQSClient;
beforeAll(async () => {
  stack = await startTestStack();
  sqs = new SQSClient(stack.stack.endpoints.sqs);
});
afterAll(async () => {
  sqs?.destroy();
  await stack?.[Symbol.asyncDispose]();
});

const urlOf = (name: string) =>
  stack.stack.resources("AWS::SQS::Queue").find(({ ref }) => ref.endsWith(name))?.ref ?? "";
const get = async (path: string): Promise<unknown> => (await stack.request(path)).json();

describe("the API behind a gateway", () => {
  it("counts what ran, in metrics and in the rate of its lane", async () => {
    await stack.waitFor(await stack.submit("health_check", { echo: 1 }));

    const metrics = await eventually("the run is counted", async () => {
      const text = await (await stack.request("/metrics")).text();
      return text.includes('sluice_task_total{task_name="health_check",status="SUCCESS"} 1') && text;
    });

    expect(metrics).toContain('sluice_task_duration_seconds_count{task_name="health_check"} 1');
    const { queues } = queuesSchema.parse(await get("/queues"));
    expect(queues.find((queue) => queue.name === "default")?.lanes).toMatchObject([
      { name: "default-high", reachable: true, depth: 0 },
      { name: "default-low", reachable: true, depth: 0 },
    ]);
    expect(queueStatsSchema.parse(await get("/tasks/queue/stats"))).toMatchObject({
      active_tasks: 0,
      reserved_tasks: 0,
    });
  });

  it("redrives a job that SQS has dead-lettered, and clears its old message away", async () => {
    const input = {
      request: "Nothing of use.",
      schema: { type: "object", properties: { email: { type: "string", format: "email" } }, required: ["email"] },
    };
    const id = await stack.submit("normalize", input);
    expect((await stack.waitFor(id)).error?.type).toBe("SchemaValidationError");
    const counts = async () => {
      const { queues } = deadLetterCountsSchema.parse(await get("/dlq"));
      return queues.find((queue) => queue.queue === "normalize");
    };
    await eventually("SQS has moved the message", async () => (await counts())?.messages === 1);
    const { messages } = deadLetterListSchema.parse(await get("/dlq/normalize"));
    expect(messages).toMatchObject([{ task_id: id, task_name: "normalize", error: { type: "SchemaValidationError" } }]);

    const answer = await stack.post("/dlq/normalize/redrive", { fingerprint: messages[0]?.fingerprint });

    expect(redrivenSchema.parse(await answer.json())).toMatchObject({ redriven: 1, skipped: 0 });
    const states = await eventually("the job has run again", async () => {
      const { events } = eventListSchema.parse(await get(`/jobs/${id}/events`));
      return events.length === 6 && events.map((event) => event.status);
    });
    expect(states).toEqual(["PENDING", "STARTED", "FAILURE", "PENDING", "STARTED", "FAILURE"]);
    await eventually("one message is left, the new one", async () => (await counts())?.messages === 1);
  });

  it("pauses a lane, whose jobs then wait, and resumes it", async () => {
    await stack.post("/queues/keywords/pause", { lane: "low" });
    const input = { text: "Rivers carve valleys over thousands of years." };
    const [waiting, done] = [
      await stack.submit("keywords", input, { priority: 0 }),
      await stack.submit("keywords", input),
    ];
    await stack.waitFor(done);

    const { queues } = queuesSchema.parse(await get("/queues"));
    expect(queues.find((queue) => queue.name === "keywords")?.lanes).toMatchObject([
      { lane: "high", paused: false },
      { lane: "low", paused: true },
    ]);
    expect((await stack.job(waiting)).status).toBe("PENDING");

    await stack.post("/queues/keywords/resume", {});

    expect((await stack.waitFor(waiting)).status).toBe("SUCCESS");
  });

  it("serves its pages with their policies, without a key", async () => {
    const docs = await fetch(`${stack.stack.url}/docs`);
    expect(docs.status).toBe(200);
    expect(docs.headers.get("content-security-policy")).toMatch(/^default-src 'none'; style-src 'sha256-/);
    expect(await docs.text()).toContain("submitSummarize");

    const description = await fetch(`${stack.stack.url}/openapi.json`, { headers: { "accept-encoding": "gzip" } });
    expect(description.headers.get("content-encoding")).toBe("gzip");
    expect(await description.json()).toMatchObject({ openapi: "3.1.0" });
  });

  it("answers public paths with and without a trailing slash, and HEAD without a body", async () => {
    for (const path of ["/health", "/openapi.json", "/docs", "/console"]) {
      for (const each of [path, `${path}/`]) {
        expect((await fetch(stack.stack.url + each)).status, each).toBe(200);
        const head = await fetch(stack.stack.url + each, { method: "HEAD" });
        expect([head.status, await head.text()], each).toEqual([200, ""]);
      }
    }
  });

  it.each([
    ["GET", "/"],
    ["GET", "/no-such-page"],
    ["GET", `/${"a".repeat(2_000)}`],
    ["POST", "/health"],
    ["DELETE", "/console/x"],
    ["GET", "/api/v2/jobs"],
  ])("the gateway answers %s %s by itself, without the function", async (method, path) => {
    const before = stack.output.length;
    const logged = () => stack.output.slice(before).filter((line) => line.startsWith("sluice-local-api |"));
    const answer = await fetch(stack.stack.url + path, { method });
    expect([answer.status, await answer.text()]).toEqual([404, '{"message":"Not Found"}']);
    // A request that does reach the function: once its line is there, one of the request before would be, too.
    await fetch(`${stack.stack.url}/health/`);
    await eventually("the function has logged", async () => logged().some((line) => line.includes("/health/")));
    expect(logged().filter((line) => !line.includes("/health/"))).toEqual([]);
  });

  it.each(["GET", "POST", "PUT", "DELETE"])(
    "asks for a key at %s below the prefix, also behind a slash",
    async (method) => {
      for (const path of ["/api/v1/jobs", "/api/v1/jobs/", "/api/v1/no-such-route"]) {
        const answer = await fetch(stack.stack.url + path, { method });
        expect([answer.status, await answer.text()], path).toEqual([401, '{"message":"Unauthorized"}']);
      }
      expect((await stack.request("/jobs/")).status).toBe(200);
    },
  );

  it("serves the console: its page for every view, its files for good", async () => {
    const page = await fetch(`${stack.stack.url}/console`);
    const view = await fetch(`${stack.stack.url}/console/jobs/some-id`);
    const html = await page.text();

    expect(page.headers.get("content-type")).toBe("text/html; charset=utf-8");
    expect(page.headers.get("content-security-policy")).toMatch(/^default-src 'self'/);
    expect(await view.text()).toBe(html);
    const [, script = ""] = /src="(\/console\/assets\/[^"]+\.js)"/.exec(html) ?? [];
    const file = await fetch(stack.stack.url + script);
    expect(file.headers.get("content-type")).toBe("text/javascript; charset=utf-8");
    expect(file.headers.get("cache-control")).toBe("public, max-age=31536000, immutable");
    expect((await file.text()).length).toBeGreaterThan(1_000);
    expect((await fetch(`${stack.stack.url}/console/assets/missing.js`)).status).toBe(404);
  });

  it("runs a job again whose message an operator moves back in the SQS console", async () => {
    // Nothing in the request can be that number.
    const schema = { type: "object", properties: { order: { type: "integer", minimum: 7 } }, required: ["order"] };
    const id = await stack.submit("normalize", { request: "A table.", schema });
    expect((await stack.waitFor(id)).error).toMatchObject({ type: "SchemaValidationError", retryable: false });
    const message = await eventually("SQS has moved the message", async () => {
      const { Messages = [] } = await sqs.send(new ReceiveMessageCommand({ QueueUrl: urlOf("normalize-dlq") }));
      return Messages.find(({ Body }) => Body?.includes(id));
    });
    // The margin within which a copy cannot be distinguished from a redrive.
    await eventually("a moment has passed", async () => {
      const { finished_at: end } = await stack.job(id);
      return Date.now() > Date.parse(end ?? "") + 2_500;
    });

    // StartMessageMoveTask sends the body as a new message to the queue that it came from.
    await sqs.send(new SendMessageCommand({ QueueUrl: urlOf("normalize-high"), MessageBody: message.Body }));

    const events = await eventually("the job has run again", async () => {
      const list = eventListSchema.parse(await get(`/jobs/${id}/events`)).events;
      return list.filter(({ status }) => status === "FAILURE").length === 2 && list;
    });
    expect(events.map(({ message: said }) => said)).toContain("redriven from the dead-letter queue");
  });

  it("finds a job whose message became a dead letter before a worker began with it", async () => {
    await stack.post("/queues/keywords/pause", {});
    const id = await stack.submit("keywords", { text: "Rivers carve valleys over thousands of years." });
    const QueueUrl = urlOf("keywords-high");
    const moved = await eventually("the message waits", async () => {
      const { Messages = [] } = await sqs.send(new ReceiveMessageCommand({ QueueUrl }));
      return Messages.find(({ Body }) => Body?.includes(id));
    });
    // As SQS does after throttled polls.
    await sqs.send(new SendMessageCommand({ QueueUrl: urlOf("keywords-dlq"), MessageBody: moved.Body }));
    await sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle: moved.ReceiptHandle }));

    const report = await stack.waitFor(await stack.submit("process_dead_letter_queue", {}));

    expect(report.result).toMatchObject({ adopted: 1, queues: { keywords: { count: 1 } } });
    expect(await stack.job(id)).toMatchObject({ status: "FAILURE", error: { type: "MessageNotDeliveredError" } });
    await stack.post("/queues/keywords/resume", {});
    await stack.post("/dlq/keywords/redrive", { task_ids: [id] });
    expect(await stack.waitFor(id, ({ status }) => status === "SUCCESS")).toMatchObject({ attempts: 1 });
  });

  const judge = hasPromtool ? "promtool finds" : "the registry's parser finds, as promtool is not on PATH,";
  it(`answers metrics with which ${judge} no fault`, async () => {
    await stack.waitFor(await stack.submit("keywords", { text: "Water meters report leaks in the night." }));
    const text = await eventually("the run is counted", async () => {
      const metrics = await (await stack.request("/metrics")).text();
      return metrics.includes('task_name="keywords"') && metrics;
    });

    if (hasPromtool) {
      expect(faultsOfMetrics(text)).toBe("");
      expect(faultsOfMetrics(`${text}sluice_task_total{task_name="normalize"} many\n`)).not.toBe("");
    }
    const families = new Map(parse(text).map((family) => [family.name, family.type]));
    expect(Object.fromEntries(families)).toEqual(
      Object.fromEntries(
        Object.values(prometheusMetrics).map(({ name, type }) => [`sluice_${name}`, type.toUpperCase()]),
      ),
    );
  });
});
