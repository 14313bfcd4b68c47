import { afterAll, beforeAll, expect, it } from "vitest";
import { batchAcceptedSchema } from "../../../contracts/jobs/batches.ts";
import { handleEnd } from "../../../shared/engine/jobs/callback.ts";
import { keyedTaskId } from "../../../shared/engine/table/addresses.ts";
import { TestApi } from "../../helpers/test-api.ts";

let api: TestApi;
beforeAll(async () => {
  api = await TestApi.start();
});
afterAll(() => api.close());

const traceId = "4bf92f3577b34da6a3ce929d0e0e4736";
const traceparent = `00-${traceId}-00f067aa0ba902b7-01`;
const other = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-00";
const input = { text: "Water flows downhill." };
const submit = async (more: object, headers: Record<string, string> = {}) =>
  api.record(await api.submit({ body: { input, ...more }, headers }));

it("takes the trace of a header, and its trace-id as the job's", async () => {
  expect(await submit({}, { traceparent })).toMatchObject({ traceparent, trace_id: traceId });
});

it("takes the trace of the body before that of the header", async () => {
  expect(await submit({ traceparent }, { traceparent: other })).toMatchObject({ traceparent, trace_id: traceId });
});

it("keeps the caller's own trace_id beside it", async () => {
  expect(await submit({ trace_id: "order-1" }, { traceparent })).toMatchObject({ traceparent, trace_id: "order-1" });
});

it("writes nothing of a trace into the record of a job that has none", async () => {
  const job = await submit({});

  expect(job).not.toHaveProperty("traceparent");
  expect(job.trace_id).toMatch(/^[0-9a-f-]{36}$/);
});

it("reads what it knows of a later version", async () => {
  expect(await submit({}, { traceparent: `cc${traceparent.slice(2)}-what-comes` })).toMatchObject({ traceparent });
});

const invalid = [
  ["zeros for the trace-id", `00-${"0".repeat(32)}-00f067aa0ba902b7-01`],
  ["zeros for the parent-id", `00-${traceId}-${"0".repeat(16)}-01`],
  ["version ff", `ff${traceparent.slice(2)}`],
  ["capital letters", traceparent.toUpperCase()],
  ["more than version 00 has", `${traceparent}-more`],
  ["a line break", `${traceparent}\nx`],
  ["two headers in one", `${traceparent},${other}`],
] as const;

it.each(invalid)("ignores a header with %s, and refuses it as a field", async (_, given) => {
  expect(await submit({}, { traceparent: given })).not.toHaveProperty("traceparent");

  const answer = await api.call("POST", "/tasks/summarize", { body: { input, traceparent: given } });

  expect(answer.status).toBe(422);
  expect(answer.body).toMatchObject({ errors: [{ path: "/traceparent" }] });
});

it("gives all jobs of a batch the trace, and a replay from another span is the same request", async () => {
  const body = { task_name: "summarize", inputs: [input, input] };
  const send = (parent: string) =>
    api.call("POST", "/batches", { body, headers: { traceparent: parent, "idempotency-key": "batch-1" } });

  const batch = batchAcceptedSchema.parse((await send(traceparent)).body);

  for (const id of batch.task_ids) expect(await api.record(id)).toMatchObject({ traceparent, trace_id: traceId });
  expect((await send(other)).body).toMatchObject({ batch_id: batch.batch_id });
});

it("continues with the job's callback", async () => {
  const job = await submit({}, { traceparent });
  const ended = { ...job, status: "FAILURE", callback_url: "https://example.com/hook", finished_at: 1 } as const;

  await handleEnd(api.jobs, ended);

  const callback = await api.record(keyedTaskId(job.project_id, `callback:${job.task_id}:1`));
  expect(callback).toMatchObject({ task_name: "deliver_webhook", traceparent, trace_id: traceId });
});
