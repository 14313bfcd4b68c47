/**
 * Escalations on the whole embedded stack: opened by a job, told to a topic and a URL, answered by API, and followed by a
 * job.
 *
 * @module
 */

import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { SNSClient, SubscribeCommand } from "@aws-sdk/client-sns";
import { CreateQueueCommand, ReceiveMessageCommand, SQSClient } from "@aws-sdk/client-sqs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { z } from "zod";
import { escalationNoticeSchema, escalationSchema } from "../../contracts/escalations/escalations.ts";
import { reviewContent } from "../../contracts/tasks/escalation.ts";
import { startTestStack, type TestStack } from "../helpers/stack.ts";

let stack: TestStack;
let sns: SNSClient;
let sqs: SQSClient;
beforeAll(async () => {
  stack = await startTestStack({
    env: { SLUICE_ESCALATION_TOPIC: "own", WEBHOOK_ALLOW_LOOPBACK: "true", LOG_LEVEL: "ERROR" },
    timeScale: 60,
  });
  sns = new SNSClient(stack.stack.endpoints.sns);
  sqs = new SQSClient(stack.stack.endpoints.sqs);
});
afterAll(async () => {
  sns?.destroy();
  sqs?.destroy();
  await stack?.[Symbol.asyncDispose]();
});

const envelopeSchema = z.object({ Subject: z.string(), Message: z.string() });
const get = async (path: string, bearer?: string) => {
  const response = await stack.request(
    path,
    bearer === undefined ? {} : { headers: { authorization: `Bearer ${bearer}` } },
  );
  return { status: response.status, body: (await response.json()) as unknown };
};
const escalation = async (id: string) => escalationSchema.parse((await get(`/escalations/${id}`)).body);
const listed = async (query = "") =>
  z
    .object({ escalations: z.array(escalationSchema) })
    .parse((await get(`/escalations${query}`)).body)
    .escalations.map((each) => each.escalation_id);

async function keyOf(name: string | undefined, project: string) {
  const response = await stack.post("/keys", {
    ...(name && { name }),
    project_id: project,
    scopes: ["read", "submit"],
  });
  return z.object({ key: z.string() }).parse(await response.json()).key;
}

/** Opens one and waits for its job. */
async function open(more: object = {}) {
  const input = { subject: "Publish?", reason: "The figures look odd.", payload: { draft: 7 }, ...more };
  const job = await stack.waitFor(await stack.submit("escalate", input));
  expect(job.error).toBeNull();
  return job.task_id;
}

it("an escalation is told once to the stage's topic and, signed, to a URL", async () => {
  const { QueueUrl } = await sqs.send(new CreateQueueCommand({ QueueName: "pager" }));
  const Endpoint = "arn:aws:sqs:us-east-1:000000000000:pager";
  const TopicArn = stack.stack.resources("AWS::SNS::Topic")[0]?.ref;
  await sns.send(new SubscribeCommand({ TopicArn, Protocol: "sqs", Endpoint }));
  const posts: { body: string; signature: string | undefined }[] = [];
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    posts.push({ body: Buffer.concat(chunks).toString(), signature: request.headers["webhook-signature"]?.toString() });
    // The first attempt fails: the second must not notify the topic again.
    response.writeHead(posts.length === 1 ? 503 : 204).end();
  }).listen(0, "127.0.0.1");
  await new Promise((resolve) => server.once("listening", resolve));
  await stack.post("/webhooks/secrets", {});

  const id = await open({ notify: { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook` } });

  const { Messages = [] } = await sqs.send(new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10 }));
  const told = Messages.map(({ Body = "" }) => envelopeSchema.parse(JSON.parse(Body)));
  expect(told.map(({ Subject }) => Subject)).toEqual(["Sluice local: Publish?"]);
  const notice = escalationNoticeSchema.parse(JSON.parse(told[0]?.Message ?? ""));
  expect(notice).toMatchObject({ escalation_id: id, project_id: "default", subject: "Publish?" });
  expect(posts.map(({ body }) => escalationNoticeSchema.parse(JSON.parse(body)))).toEqual([notice, notice]);
  expect(posts[0]?.signature).toMatch(/^v1,/);
  expect((await stack.job(id)).result).toEqual({
    escalation_id: id,
    status: "open",
    notified: { topic: true, url: 204 },
  });
  server.closeAllConnections();
  server.close();
});

it("a URL that the stage would not call is refused before anything is opened", async () => {
  const before = await listed();
  const input = { subject: "Publish?", reason: "Odd figures.", notify: { url: "http://10.0.0.1/hook" } };
  const one = await stack.post("/tasks/escalate", { input });
  expect([one.status, JSON.stringify(await one.json())]).toEqual([422, expect.stringContaining('"/input/notify/url"')]);
  const many = await stack.post("/batches", { task_name: "escalate", inputs: [input] });
  expect([many.status, JSON.stringify(await many.json())]).toEqual([
    422,
    expect.stringContaining('"/inputs/0/notify/url"'),
  ]);
  expect(await listed()).toEqual(before);
});

describe("an open escalation", () => {
  it("is acknowledged and resolved by whoever holds a key, with their names and times, and starts a job once", async () => {
    const id = await open();
    const anna = await keyOf("anna", "default");
    const post = (path: string, body: unknown) =>
      stack.post(`/escalations/${id}/${path}`, body, { authorization: `Bearer ${anna}` });
    expect(await escalation(id)).toMatchObject({ status: "open", payload: { draft: 7 }, task_id: id, decision: null });
    expect(await listed()).toContain(id);

    expect((await post("acknowledge", { note: "On it." })).status).toBe(200);
    expect((await post("acknowledge", {})).status).toBe(200);
    // Somebody else cannot take over what was taken on.
    const other = await stack.post(`/escalations/${id}/acknowledge`, {});
    expect([other.status, JSON.stringify(await other.json())]).toEqual([409, expect.stringContaining("by anna")]);

    const wrong = await post("resolve", { decision: { eecho: "go" }, task_name: "health_check" });
    expect([wrong.status, JSON.stringify(await wrong.json())]).toEqual([422, expect.stringContaining("/decision")]);
    const decided = { decision: { echo: "go" }, task_name: "health_check", note: "Fine." };
    const [first, again] = [await post("resolve", decided), await post("resolve", decided)];
    expect([first.status, again.status]).toEqual([200, 200]);
    const resolved = escalationSchema.parse(await again.json());
    expect(resolved).toEqual(await first.json());
    expect(resolved).toMatchObject({
      status: "resolved",
      ...{ acknowledged_by: "anna", resolved_by: "anna", decision: { echo: "go" } },
      history: [
        { action: "opened", by: `job ${id}` },
        { action: "acknowledged", by: "anna", note: "On it." },
        { action: "resolved", by: "anna", note: "Fine." },
      ],
    });
    const started = await stack.waitFor(resolved.started?.task_id ?? "");
    expect(started).toMatchObject({ status: "SUCCESS", task_name: "health_check", result: { echo: "go" } });
    expect((await post("resolve", { decision: "no" })).status).toBe(409);
    expect((await post("acknowledge", {})).status).toBe(409);
    expect(await listed()).not.toContain(id);
    expect(await listed("?status=resolved")).toContain(id);
  });

  it("is resolved by one of two who decide at once", async () => {
    const id = await open();
    const decisions = ["yes", "no", "yes and no"];
    const answers = await Promise.all(
      decisions.map((decision) => stack.post(`/escalations/${id}/resolve`, { decision })),
    );
    expect(answers.map(({ status }) => status).toSorted()).toEqual([200, 409, 409]);
    const winner = decisions[answers.findIndex(({ status }) => status === 200)];
    const { decision, history } = await escalation(id);
    expect(decision).toBe(winner);
    expect(history.map(({ action }) => action)).toEqual(["opened", "resolved"]);
  });

  it("is nobody else's to see", async () => {
    const id = await open();
    const stranger = await keyOf("eve", "elsewhere");
    const init = { authorization: `Bearer ${stranger}` };
    expect((await get(`/escalations/${id}`, stranger)).status).toBe(404);
    expect((await stack.post(`/escalations/${id}/acknowledge`, {}, init)).status).toBe(404);
    expect((await stack.post(`/escalations/${id}/resolve`, { decision: 1 }, init)).status).toBe(404);
    expect((await get("/escalations", stranger)).body).toEqual({ escalations: [], next_cursor: null });
    expect((await escalation(id)).status).toBe("open");
  });
});

describe("review_content", () => {
  const text = "In recent years many things have been said about kettles and other appliances of the kitchen.";
  const review = async (input: object) => {
    const job = await stack.waitFor(
      await stack.submit("review_content", { text, language: "en", ...input }),
      undefined,
      120,
    );
    expect(job.error).toBeNull();
    return { id: job.task_id, result: reviewContent.output.parse(job.result) };
  };

  it("accepts a text that scores well enough, after one evaluation", async () => {
    const { result } = await review({ target_score: 0 });
    expect(result).toMatchObject({
      verdict: "accepted",
      text,
      escalation_id: null,
      rounds: [{ rewrite_task_id: null }],
    });
    expect((await stack.job(result.rounds[0]?.evaluation_task_id ?? "")).task_name).toBe("evaluate_content");
  });

  it("escalates with the reason when a text cannot be rewritten, as without a language model", async () => {
    const { id, result } = await review({ target_score: 100 });
    expect(result).toMatchObject({ verdict: "escalated", text, reason: expect.stringContaining("ModelRequiredError") });
    const { status, reason, payload } = await escalation(result.escalation_id ?? "");
    expect(status).toBe("open");
    expect(reason).toBe(result.reason);
    expect(payload).toMatchObject({ review_task_id: id, target_score: 100, text, is_whole_text: true });
    // Its timeline names the steps, and each of them names the review.
    const { events } = z
      .object({ events: z.array(z.object({ message: z.string().nullable() })) })
      .parse((await get(`/jobs/${id}/events`)).body);
    const [round] = result.rounds;
    const steps = [round?.evaluation_task_id, round?.rewrite_task_id, result.escalation_id];
    expect(events.flatMap(({ message }) => message ?? [])).toEqual(steps.map((step) => `waits for the job ${step}`));
    const jobs = await Promise.all(steps.map((step) => stack.job(step ?? "")));
    expect(jobs.map(({ task_name, parent_id }) => [task_name, parent_id])).toEqual([
      ["evaluate_content", id],
      ["rewrite_content", id],
      ["escalate", id],
    ]);
  });

  it("escalates at once where no rewrite is wanted", async () => {
    const { result } = await review({ target_score: 100, max_rewrites: 0 });
    expect(result).toMatchObject({ verdict: "escalated", reason: expect.stringContaining("after 0 rewrites") });
  });
});
