import { GetObjectCommand } from "@aws-sdk/client-s3";
import {
  DeleteMessageBatchCommand,
  PurgeQueueCommand,
  ReceiveMessageCommand,
  SendMessageCommand,
} from "@aws-sdk/client-sqs";
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import type { z } from "zod";
import {
  archivedSchema,
  deadLetterCountsSchema,
  deadLetterGroupsSchema,
  deadLetterListSchema,
  purgedSchema,
  redrivenSchema,
} from "../../../contracts/dead-letters/dead-letters.ts";
import { readLanes } from "../../../shared/engine/monitoring/lanes.ts";
import { TestApi } from "../../helpers/test-api.ts";

let api: TestApi;
beforeAll(async () => {
  api = await TestApi.start();
});
afterAll(() => api.close());
afterEach(async () => {
  await act("purge", { all: true });
  for (const queue of ["summarize-dlq", "summarize-high"]) {
    await api.jobs.sqs.send(new PurgeQueueCommand({ QueueUrl: url(queue) }));
  }
});

const admin = { key: { tenant: "ops", scopes: ["admin"] as const } };
const url = (name: string) => api.jobs.resources.SLUICE_QUEUE_URL_PREFIX + name;

/** A job that failed for good, and its message where SQS would have put it. */
async function deadLetter(fingerprint: string, tenant = "acme"): Promise<string> {
  const id = await api.submit({ key: { tenant } });
  await (await api.start(id)).fail("LLMServerError", "The model server answered 500.", fingerprint);
  await sendDeadMessage(id);
  return id;
}

/** Puts a job's message where SQS puts it after its last receive. */
async function sendDeadMessage(id: string, generation = 1): Promise<void> {
  const body = JSON.stringify({ v: 1, task_id: id, generation, trace_id: "t" });
  await api.jobs.sqs.send(new SendMessageCommand({ QueueUrl: url("summarize-dlq"), MessageBody: body }));
}

const deadLetters = (count: number, fingerprint: string) =>
  Promise.all(Array.from({ length: count }, () => deadLetter(fingerprint)));

const act = (what: string, body: unknown) => api.call("POST", `/dlq/summarize/${what}`, { ...admin, body });

async function counts() {
  const { queues } = deadLetterCountsSchema.parse((await api.call("GET", "/dlq", admin)).body);
  return queues.find((each) => each.queue === "summarize");
}

describe("finding dead letters", () => {
  it("counts them by record and by message", async () => {
    await deadLetters(2, "outage");

    expect(await counts()).toEqual({ queue: "summarize", count: 2, messages: 2 });
  });

  it("pages through them, latest first, each once", async () => {
    const ids = new Set(await deadLetters(7, "outage"));

    const seen: string[] = [];
    let cursor: string | null = "";
    while (cursor !== null) {
      const page: z.infer<typeof deadLetterListSchema> = deadLetterListSchema.parse(
        (await api.call("GET", `/dlq/summarize?limit=3${cursor && `&cursor=${cursor}`}`)).body,
      );
      seen.push(...page.messages.map((message) => message.task_id));
      cursor = page.next_cursor;
    }

    expect(seen).toHaveLength(7);
    expect(new Set(seen)).toEqual(ids);
  });

  it("tells the job, its error and its fingerprint", async () => {
    const id = await deadLetter("outage");

    const { messages } = deadLetterListSchema.parse((await api.call("GET", "/dlq/summarize?fingerprint=outage")).body);

    expect(messages).toMatchObject([
      {
        task_id: id,
        task_name: "summarize",
        fingerprint: "outage",
        error: { type: "LLMServerError", message: "The model server answered 500." },
      },
    ]);
  });

  it("groups them by fingerprint, the largest group first", async () => {
    await deadLetters(1, "bad-input");
    await deadLetters(3, "outage");

    const { groups, total_count: total } = deadLetterGroupsSchema.parse(
      (await api.call("GET", "/dlq/summarize/groups")).body,
    );

    expect(total).toBe(4);
    expect(groups).toMatchObject([
      { fingerprint: "outage", count: 3, task_names: ["summarize"], example: { task_name: "summarize" } },
      { fingerprint: "bad-input", count: 1 },
    ]);
  });

  it("shows other projects to admin keys alone", async () => {
    await deadLetter("outage", "other");

    expect((await api.call("GET", "/dlq/summarize")).body).toMatchObject({ messages: [] });
    expect((await api.call("GET", "/dlq/summarize/groups")).body).toMatchObject({ total_count: 0 });
    expect((await api.call("GET", "/dlq/summarize", admin)).body).toMatchObject({
      messages: [{ project_id: "other" }],
    });
  });

  it("knows no queue that is not in the catalog", async () => {
    expect(await api.call("GET", "/dlq/nothing")).toMatchObject({
      status: 404,
      body: { detail: expect.stringContaining("summarize") },
    });
  });
});

describe("redriving", () => {
  it("runs one kind again and leaves the others untouched", async () => {
    const outage = await deadLetters(4, "outage");
    const others = await deadLetters(2, "bad-input");

    const answer = redrivenSchema.parse((await act("redrive", { fingerprint: "outage" })).body);

    expect(answer).toMatchObject({ redriven: 4, skipped: 0, dry_run: false, more: false, next_cursor: null });
    for (const id of outage)
      expect(await api.record(id)).toMatchObject({ status: "PENDING", attempts: 0, generation: 2 });
    for (const id of others) expect(await api.record(id)).toMatchObject({ status: "FAILURE", generation: 1 });
    expect(await counts()).toEqual({ queue: "summarize", count: 2, messages: 2 });
  });

  it("runs a job once, however often it is asked at once", async () => {
    const [id = ""] = await deadLetters(1, "outage");

    const answers = await Promise.all(Array.from({ length: 5 }, () => act("redrive", { task_ids: [id] })));

    const redriven = answers.map((answer) => redrivenSchema.parse(answer.body).redriven);
    expect(redriven.reduce((sum, each) => sum + each, 0)).toBe(1);
    expect((await api.record(id)).generation).toBe(2);
  });

  it("holds messages back so that they come at the rate", async () => {
    await deadLetters(6, "outage");

    await act("redrive", { all: true, rate_per_second: 0.1 });

    const [high] = (await readLanes(api.jobs)).filter((lane) => lane.name === "summarize-high");
    expect(high?.heldBack).toBe(5);
  });

  it.each(["all", "task_ids"])(
    "continues by cursor, and not again over what failed once more meanwhile: %s",
    async (by) => {
      const ids = await deadLetters(12, "outage");
      const filter = by === "all" ? { all: true } : { task_ids: ids };
      // At this rate SQS can hold nine messages back.
      const first = redrivenSchema.parse((await act("redrive", { ...filter, rate_per_second: 0.01 })).body);
      expect(first).toMatchObject({ redriven: 9, more: true });
      const records = await Promise.all(ids.map((id) => api.record(id)));
      const again = records.find(({ status }) => status === "PENDING")?.task_id ?? "";
      await (await api.start(again)).fail();

      const rest = { ...filter, rate_per_second: 0.01, cursor: first.next_cursor };
      const second = redrivenSchema.parse((await act("redrive", rest)).body);

      expect(second).toMatchObject({ redriven: 3, skipped: 0, dry_run: false, more: false, next_cursor: null });
      expect(await api.record(again)).toMatchObject({ status: "FAILURE", generation: 2 });
      expect((await act("redrive", { ...filter, cursor: "mine" })).status).toBe(422);
    },
  );

  it("says what it would do and does nothing in a dry run", async () => {
    const [id = ""] = await deadLetters(1, "outage");

    expect((await act("redrive", { all: true, dry_run: true })).body).toMatchObject({ redriven: 1, dry_run: true });
    expect((await api.record(id)).status).toBe("FAILURE");
    expect(await counts()).toMatchObject({ count: 1, messages: 1 });
  });

  it("skips what is not a dead letter of the queue", async () => {
    const waiting = await api.submit();
    const [id = ""] = await deadLetters(1, "outage");

    const answer = await act("redrive", { task_ids: [id, waiting, "unknown"] });

    expect(answer.body).toMatchObject({ redriven: 1, skipped: 2 });
  });

  it.each([{}, { dry_run: true }, { rate_per_second: 5 }, { all: false }, { task_ids: [] }])(
    "refuses the empty filter %j",
    async (body) => {
      expect((await act("redrive", body)).status).toBe(422);
    },
  );

  it("is for admin keys", async () => {
    expect((await api.call("POST", "/dlq/summarize/redrive", { body: { all: true } })).status).toBe(403);
  });
});

describe("discarding", () => {
  it("purges: the list and the queue are empty, the job can still be read", async () => {
    const [id = ""] = await deadLetters(1, "outage");

    expect(purgedSchema.parse((await act("purge", { all: true })).body)).toMatchObject({ purged: 1, skipped: 0 });

    expect(await counts()).toMatchObject({ count: 0, messages: 0 });
    expect((await api.call("GET", `/jobs/${id}`)).body).toMatchObject({ status: "FAILURE" });
    expect((await act("redrive", { task_ids: [id] })).body).toMatchObject({ redriven: 0, skipped: 1 });
  });

  it("archives: the job, its input and its timeline lie in S3", async () => {
    const [id = ""] = await deadLetters(1, "outage");

    expect(archivedSchema.parse((await act("archive", { task_ids: [id] })).body)).toMatchObject({ archived: 1 });

    const day = new Date((await api.record(id)).finished_at ?? 0).toISOString().slice(0, 10);
    const s3 = await api.jobs.s3();
    const object = await s3.send(new GetObjectCommand({ Bucket: "files", Key: `archive/summarize/${day}/${id}.json` }));
    expect(JSON.parse((await object.Body?.transformToString()) ?? "")).toMatchObject({
      job: { task_id: id, error: { type: "LLMServerError" } },
      input: { text: "Water flows downhill." },
      events: [{ status: "PENDING" }, { status: "STARTED" }, { status: "FAILURE" }],
    });
    expect(await counts()).toMatchObject({ count: 0, messages: 0 });
  });

  it("keeps a message that is not a job's for someone to look at", async () => {
    await api.jobs.sqs.send(new SendMessageCommand({ QueueUrl: url("summarize-dlq"), MessageBody: "not a job" }));
    await deadLetters(1, "outage");

    await act("purge", { all: true });

    expect(await counts()).toMatchObject({ count: 0, messages: 1 });
  });
});

describe("clearing the dead-letter queue", () => {
  /** Answers some commands of the SQS client in SQS's place. */
  function answerInPlaceOfSqs(instead: (command: object) => object | undefined): void {
    const send = api.jobs.sqs.send.bind(api.jobs.sqs) as (command: object) => Promise<object>;
    vi.spyOn(api.jobs.sqs, "send").mockImplementation(
      (async (command: object) => instead(command) ?? send(command)) as never,
    );
  }
  afterEach(() => vi.restoreAllMocks());

  it.each(["purge", "archive", "redrive"])(
    "removes every message of a job that failed more than once: %s",
    async (what) => {
      const [id = ""] = await deadLetters(1, "outage");
      await sendDeadMessage(id);

      const { body } = await act(what, { all: true });

      expect(body).toMatchObject({ messages: { removed: 2, not_removed: 0, not_found: 0, reason: null } });
      expect(await counts()).toMatchObject({ count: 0, messages: 0 });
    },
  );

  it("says which messages SQS did not remove, and why", async () => {
    await deadLetters(3, "outage");
    answerInPlaceOfSqs((command) => {
      if (!(command instanceof DeleteMessageBatchCommand)) return undefined;
      const Failed = command.input.Entries?.map(({ Id }) => ({
        Id,
        Code: "InternalError",
        Message: "try again",
        SenderFault: false,
      }));
      return { Successful: [], Failed };
    });

    const { status, body } = await act("purge", { all: true });

    expect(status).toBe(200);
    expect(body).toMatchObject({ purged: 3, messages: { removed: 0, not_removed: 3, not_found: 0 } });
    expect(body).toMatchObject({ messages: { reason: expect.stringContaining("InternalError") } });
  });

  it("says that the queue could not be looked through, and the next request clears it", async () => {
    await deadLetters(3, "outage");
    answerInPlaceOfSqs((command) => {
      if (command instanceof ReceiveMessageCommand)
        throw Object.assign(new Error("no answer"), { name: "TimeoutError" });
      return undefined;
    });
    expect((await act("purge", { all: true })).body).toMatchObject({
      purged: 3,
      messages: { removed: 0, not_found: 3, reason: expect.stringContaining("no answer") },
    });
    vi.restoreAllMocks();

    expect((await act("purge", { all: true })).body).toMatchObject({
      purged: 0,
      messages: { removed: 3, reason: null },
    });
    expect(await counts()).toMatchObject({ count: 0, messages: 0 });
  });

  it("counts the jobs whose message SQS has yet to move", async () => {
    const id = await api.submit({ key: { tenant: "acme" } });
    await (await api.start(id)).fail();

    expect((await act("purge", { all: true })).body).toMatchObject({
      purged: 1,
      messages: { removed: 0, not_removed: 0, not_found: 1, reason: null },
    });
  });

  it("removes nothing in a dry run", async () => {
    await deadLetters(1, "outage");

    expect((await act("purge", { all: true, dry_run: true })).body).toMatchObject({
      messages: { removed: 0, not_removed: 0, not_found: 0, reason: null },
    });
  });
});

it("a job that cannot be struck from the list is told, and the others are", async () => {
  const [kept = "", ...others] = await deadLetters(3, "outage");
  const { document } = api.jobs.store.table;
  const send = document.send.bind(document) as (command: { input: { Key?: { pk?: string } } }) => Promise<object>;
  vi.spyOn(document, "send").mockImplementation((async (command: never) => {
    const { input } = command as { input: { Key?: { pk?: string }; UpdateExpression?: string } };
    if (input.UpdateExpression && input.Key?.pk === `J#${kept}`) {
      throw Object.assign(new Error("slow down"), { name: "ThrottlingException" });
    }
    return send(command);
  }) as never);

  const { status, body } = await act("purge", { all: true });
  vi.restoreAllMocks();

  expect(status).toBe(200);
  expect(body).toMatchObject({ purged: others.length, failed: 1, reason: expect.stringContaining("slow down") });
  expect(await counts()).toMatchObject({ count: 1, messages: 1 });
});
