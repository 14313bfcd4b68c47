/**
 * Work of every kind over plain HTTP, in two halves: one version of the code begins it and is killed, another one finds what
 * was stored and brings it to its end. Nothing here knows which version answers, so all is asked as callers ask.
 *
 * @module
 */

import { randomBytes } from "node:crypto";
import { expect } from "vitest";
import { z } from "zod";
import { eventually } from "../eventually.ts";
import { request, type Target } from "../job-client.ts";
import type { Behaviour, ChatRequest, LlmServer } from "../llm-server.ts";
import type { WebhookReceiver } from "../webhook-receiver.ts";

/** What works with the stacks of all versions. */
export interface Surroundings {
  readonly model: LlmServer;
  readonly receiver: WebhookReceiver;
}

const jobSchema = z.looseObject({
  task_id: z.string(),
  status: z.string(),
  ready: z.boolean(),
  result: z.unknown(),
  error: z.looseObject({ type: z.string() }).nullable(),
});
type Job = z.infer<typeof jobSchema>;

/** What one version has left for the next. */
export interface Left {
  readonly project: string;
  readonly key: string;
  /** Ids of jobs by what they are. */
  readonly jobs: Readonly<Record<string, string>>;
  /** Jobs as they were shown when they had ended, by what they are. */
  readonly ended: Readonly<Record<string, Job>>;
  readonly endedBatch: string;
  readonly openBatch: string;
  readonly schedule: string;
  readonly document: string;
  readonly escalation: string;
  /** Every job of the project, by id. */
  readonly listed: readonly string[];
}

const CHAPTER = Array.from(
  { length: 5 },
  (_, index) => `In year ${index + 1} she read ${index + 2} letters by the fire.`,
);

/** A model that is up. */
function answer({ messages, response_format }: ChatRequest): Behaviour {
  if (response_format !== undefined) return { kind: "answer" };
  const isChapter = JSON.stringify(messages).includes("Ada Lovelace");
  return { kind: "answer", content: isChapter ? CHAPTER.join(" ") : "The ferries changed their tides last winter." };
}

/** A model that does what a text says. */
function answerAsTold(asks: ChatRequest): Behaviour {
  const asked = JSON.stringify(asks.messages);
  if (asked.includes("hangs here")) return { kind: "hang" };
  if (asked.includes("refused here")) return { kind: "status", status: 401 };
  if (asked.includes("busy here")) return { kind: "status", status: 429, headers: { "retry-after": "20" } };
  return answer(asks);
}

const sentence = (what: string) => `The harbour of Kalmar ${what} since the ferries changed their tides last winter.`;

type Headers = Readonly<Record<string, string>>;

class Caller {
  readonly #target: Target;

  constructor(target: Target) {
    this.#target = target;
  }

  as(apiKey: string): Caller {
    return new Caller({ ...this.#target, apiKey });
  }

  /** @throws Error when the answer has another status */
  async call(
    route: string,
    body?: unknown,
    { status = 200, headers = {} }: { status?: number; headers?: Headers } = {},
  ) {
    const answer = await request(this.#target, route, { ...(body !== undefined && { body }), headers });
    const text = await answer.text();
    expect(answer.status, `${route}: ${text}`).toBe(status);
    const parsed: unknown = text === "" ? undefined : JSON.parse(text);
    return parsed;
  }

  /** Calls, and reads an id from the answer. */
  async id(name: string, route: string, { body, ...more }: { body: unknown; status?: number; headers?: Headers }) {
    const answer = await this.call(route, body, { status: 202, ...more });
    return z.string().parse(z.looseObject({}).parse(answer)[name]);
  }

  async submit(
    task: string,
    input: unknown,
    { headers = {}, ...more }: { headers?: Headers; [name: string]: unknown } = {},
  ) {
    return this.id("task_id", `POST /tasks/${task}`, { body: { input, ...more }, headers });
  }

  async job(id: string): Promise<Job> {
    return jobSchema.parse(await this.call(`GET /jobs/${id}`));
  }

  reaches(id: string, ...states: string[]): Promise<Job> {
    let last: Job | undefined;
    return eventually(
      () => `job ${id} is ${states.join(" or ")}: ${JSON.stringify(last)}`,
      async () => {
        last = await this.job(id);
        if (states.includes(last.status)) return last;
        if (last.ready) throw new Error(`Job ${id} is not ${states.join(" or ")}: ${JSON.stringify(last)}`);
        return undefined;
      },
    );
  }

  async listed(): Promise<string[]> {
    const ids: string[] = [];
    for (let cursor: string | null = ""; cursor !== null; ) {
      const page = await this.call(`GET /jobs?limit=100${cursor && `&cursor=${encodeURIComponent(cursor)}`}`);
      const { jobs, next_cursor } = z
        .object({ jobs: z.array(jobSchema), next_cursor: z.string().nullable() })
        .parse(page);
      ids.push(...jobs.map(({ task_id }) => task_id));
      cursor = next_cursor;
    }
    return ids.toSorted();
  }

  batch(id: string) {
    return this.call(`GET /batches/${id}`).then((answer) =>
      z.looseObject({ completed_at: z.string().nullable(), counts: z.record(z.string(), z.number()) }).parse(answer),
    );
  }
}

/** What is ended here stays as it is; what is open is for the next version. The stack is to be killed after it. */
export async function leaveWork(target: Target, { model, receiver }: Surroundings, project: string): Promise<Left> {
  model.always(answerAsTold);
  const admin = new Caller(target);
  const made = await admin.call(
    "POST /keys",
    { name: project, project_id: project, scopes: ["submit", "read"] },
    { status: 201 },
  );
  const { key } = z.object({ key: z.string() }).parse(made);
  const caller = admin.as(key);

  await caller.call("POST /llm/configs", { id: "brief", provider: "default", system: "Be brief." }, { status: 201 });
  const document = await uploadText(target, key);
  const jobs: Record<string, string> = {
    done: await caller.submit("health_check", { echo: "small" }, { headers: { "idempotency-key": `${project}-done` } }),
    // Too large for the head, and too large for an item.
    item: await caller.submit("health_check", { echo: randomBytes(3_000).toString("hex") }),
    object: await caller.submit("health_check", { echo: randomBytes(30_000).toString("hex") }),
    file: await caller.submit("export_to_markdown", {
      title: "The Harbour",
      author: "A. Berg",
      chapters: [{ number: 1, title: "The Winter", content: "The town kept its letters in a cold room." }],
      language: "en",
    }),
    escalation: await caller.submit("escalate", { subject: "Publish?", reason: "Odd figures.", payload: { draft: 7 } }),
    configured: await caller.submit("summarize", { text: sentence("is quiet") }, { config: { id: "brief" } }),
    failed: await caller.submit("summarize", { text: sentence("is refused here") }),
    "failed too": await caller.submit("summarize", { text: sentence("was refused here") }),
    revoked: await caller.submit("health_check", {}, { delay_seconds: 3_000 }),
  };
  await caller.call(`POST /jobs/${jobs.revoked}/revoke`, {});
  const inputs = [1, 2, 3].map((echo) => ({ echo }));
  const endedBatch = await caller.id("batch_id", "POST /batches", { body: { task_name: "health_check", inputs } });
  const ended: Record<string, Job> = {};
  for (const [name, id] of Object.entries(jobs))
    ended[name] = await caller.reaches(id, "SUCCESS", "FAILURE", "REVOKED");
  await eventually("the batch has ended", async () => (await caller.batch(endedBatch)).completed_at !== null);
  const { escalations } = z
    .object({ escalations: z.array(z.looseObject({ escalation_id: z.string() })) })
    .parse(await caller.call("GET /escalations"));

  // From here on all is open when the stack is killed.
  jobs.running = await caller.submit("summarize", { text: sentence("hangs here") });
  jobs.retrying = await caller.submit("summarize", { text: sentence("is busy here") });
  jobs.parked = await caller.submit("batch_generate_chapters", {
    character_name: "Ada Lovelace, who hangs here",
    language: "en",
    chapter_specs: [
      { number: 1, title: "One", target_words: 60 },
      { number: 2, title: "Two", target_words: 60 },
    ],
  });
  await caller.reaches(jobs.running, "STARTED");
  await caller.reaches(jobs.retrying, "RETRY");
  await caller.reaches(jobs.parked, "RETRY");
  const isChildListed = async () => (await caller.listed()).length >= Object.keys(jobs).length + inputs.length + 2;
  await eventually("the chapters are submitted", isChildListed);
  await admin.call("POST /queues/default/pause", {});
  jobs.waiting = await caller.submit("health_check", { echo: "waits" }, { callback_url: receiver.url });
  const openBatch = await caller.id("batch_id", "POST /batches", {
    body: { task_name: "health_check", inputs, on_complete: { callback_url: receiver.url } },
  });
  jobs.delayed = await caller.submit("health_check", { echo: "later" }, { delay_seconds: 20 });
  jobs.later = await caller.submit("health_check", { echo: "much later" }, { delay_seconds: 3_000 });
  jobs.expiring = await caller.submit("health_check", {}, { expires_in: 5, delay_seconds: 3_000 });
  const at = new Date(Date.now() + 15_000).toISOString();
  const schedule = await caller.id("schedule_id", "POST /schedules", {
    body: { task_name: "health_check", input: { echo: "on time" }, at },
    status: 201,
  });
  return {
    ...{ project, key, jobs, ended, endedBatch, openBatch, schedule, document },
    escalation: escalations[0]?.escalation_id ?? "",
    listed: await caller.listed(),
  };
}

async function uploadText({ url }: Target, key: string): Promise<string> {
  const answer = await fetch(`${url}/api/v1/documents/upload?file_name=ferry.txt`, {
    method: "POST",
    headers: { authorization: `Bearer ${key}`, "content-type": "application/octet-stream" },
    body: "The ferry to Kalmar leaves at noon, and returns in the evening.",
  });
  expect(answer.status, await answer.clone().text()).toBe(202);
  return z.object({ id: z.string() }).parse(await answer.json()).id;
}

/** What another version left is as it was, and what was open comes to its end. */
export async function takeWork(target: Target, { model, receiver }: Surroundings, left: Left): Promise<void> {
  model.always(answer);
  const admin = new Caller(target);
  const caller = admin.as(left.key);
  const { jobs } = left;
  const job = (name: string) => jobs[name] ?? expect.fail(`There is no job "${name}".`);

  const listed = await caller.listed();
  expect(new Set(listed).size, "a job is listed once").toBe(listed.length);
  expect(listed).toEqual(expect.arrayContaining([...left.listed]));
  for (const [name, { status, result, error }] of Object.entries(left.ended)) {
    expect(await caller.job(job(name)), name).toMatchObject({ status, result, error });
  }
  const again = await caller.submit(
    "health_check",
    { echo: "small" },
    { headers: { "idempotency-key": `${left.project}-done` } },
  );
  expect(again).toBe(job("done"));
  expect(await caller.call(`GET /documents/${left.document}/text`)).toMatchObject({
    text: expect.stringContaining("leaves at noon"),
  });
  expect(await caller.batch(left.endedBatch)).toMatchObject({
    counts: { SUCCESS: 3 },
    completed_at: expect.any(String),
  });
  expect(await caller.call("GET /llm/configs/brief")).toMatchObject({ version: 1, system: "Be brief." });
  await caller.call(`POST /escalations/${left.escalation}/acknowledge`, {});
  expect(await caller.call(`POST /escalations/${left.escalation}/resolve`, { decision: "yes" })).toMatchObject({
    status: "resolved",
  });

  // A paused queue of the embedded stack runs again after a restart; elsewhere it stays paused.
  await admin.call("POST /queues/default/resume", {});
  await caller.call(`POST /jobs/${job("failed")}/retry`, {}, { status: 202 });
  await admin.call("POST /dlq/summarize/redrive", { task_ids: [job("failed too")] });
  const configured = await caller.submit("summarize", { text: sentence("is loud") }, { config: { id: "brief" } });
  for (const id of [
    ...["running", "retrying", "parked", "waiting", "delayed", "failed", "failed too"].map(job),
    configured,
  ]) {
    await caller.reaches(id, "SUCCESS");
  }
  await caller.reaches(job("expiring"), "REVOKED");
  await caller.reaches(job("later"), "PENDING");
  await caller.call(`POST /jobs/${job("later")}/revoke`, {});
  await caller.reaches(job("later"), "REVOKED");
  await eventually("the batch has ended", async () => (await caller.batch(left.openBatch)).completed_at !== null);
  expect(await caller.batch(left.openBatch)).toMatchObject({ counts: { SUCCESS: 3 } });
  await eventually("the webhook of the job", () => receiver.about(job("waiting")).length > 0);
  await eventually("the webhook of the batch", () =>
    receiver.batches.some(({ payload }) => payload.data.data.batch_id === left.openBatch),
  );
  const schedule = await eventually("the schedule's job is submitted", async () => {
    const found = await caller.call(`GET /schedules/${left.schedule}`);
    return z.looseObject({ last_task_id: z.string().nullable() }).parse(found).last_task_id ?? false;
  });
  expect(await caller.reaches(schedule, "SUCCESS")).toMatchObject({ result: { echo: "on time" } });
}
