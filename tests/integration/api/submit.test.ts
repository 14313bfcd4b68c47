import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { acceptedSchema } from "../../../contracts/jobs/submit.ts";
import { jobSchema } from "../../../contracts/jobs/wire.ts";
import { TestApi } from "../../helpers/test-api.ts";

let api: TestApi;
beforeAll(async () => {
  api = await TestApi.start();
});
afterAll(() => api.close());

const text = "Rivers carve valleys over thousands of years.";

describe("submitting a task", () => {
  it("answers 202 with the job's links, and the job can be read at once", async () => {
    const answer = await api.call("POST", "/tasks/summarize", { body: { input: { text }, trace_id: "t-1" } });

    expect(answer.status).toBe(202);
    const accepted = acceptedSchema.parse(answer.body);
    expect(accepted.status).toBe("PENDING");
    expect(answer.headers.location).toBe(accepted.links.self);
    const job = await api.call("GET", accepted.links.self.replace("/api/v1", ""));
    expect(jobSchema.parse(job.body)).toMatchObject({
      task_id: accepted.task_id,
      task_name: "summarize",
      status: "PENDING",
      ready: false,
      project_id: "acme",
      priority: 5,
      trace_id: "t-1",
      attempts: 0,
      result: null,
    });
  });

  it.each(["summarize_text", "tasks.summarize", "tasks.summarize_text", "summarize/"])(
    "takes the task as %s",
    async (name) => {
      const answer = await api.call("POST", `/tasks/${name}`, { body: { input: { text } } });

      expect(answer.status).toBe(202);
      expect((await api.record(acceptedSchema.parse(answer.body).task_id)).task_name).toBe("summarize");
    },
  );

  it("gives one job for the same Idempotency-Key, however many ask at once", async () => {
    const headers = { "idempotency-key": "order-4711" };
    const ask = () => api.call("POST", "/tasks/summarize", { body: { input: { text } }, headers });

    const answers = await Promise.all(Array.from({ length: 20 }, ask));

    expect(new Set(answers.map((answer) => answer.status))).toEqual(new Set([202]));
    expect(new Set(answers.map((answer) => acceptedSchema.parse(answer.body).task_id)).size).toBe(1);
  });

  it("tells a repeated request by what was sent, so that a default may change meanwhile", async () => {
    const send = (input: unknown) =>
      api.call("POST", "/tasks/summarize", { body: { input }, headers: { "idempotency-key": "order-4713" } });
    const first = acceptedSchema.parse((await send({ text })).body);

    const again = await send({ text });
    const spelledOut = await send({ text, language: "auto" });

    expect(acceptedSchema.parse(again.body).task_id).toBe(first.task_id);
    expect(spelledOut.status).toBe(409);
  });

  it("refuses another request under a used Idempotency-Key", async () => {
    const headers = { "idempotency-key": "order-4712" };
    await api.call("POST", "/tasks/summarize", { body: { input: { text } }, headers });

    const answer = await api.call("POST", "/tasks/summarize", { body: { input: { text: `${text}!` } }, headers });

    expect(answer.status).toBe(409);
    expect(answer.body).toMatchObject({ type: "/problems/conflict", status: 409 });
  });

  it("names every field of the input that does not fit", async () => {
    const body = { input: { text: "x", max_length: 1, colour: "red" } };

    const answer = await api.call("POST", "/tasks/summarize", { body });

    expect(answer.status).toBe(422);
    expect(answer.body).toMatchObject({
      errors: [{ path: "/input/max_length" }, { path: "/input/colour", message: "unknown field" }],
    });
  });

  it("delays a job until its eta", async () => {
    const eta = new Date(Date.now() + 3_600_000);

    const id = await api.submit({ body: { input: { text }, eta: eta.toISOString() } });

    expect(await api.record(id)).toMatchObject({ status: "PENDING", next_attempt_at: eta.getTime() });
  });

  it("refuses a delay together with an eta", async () => {
    const body = { input: { text }, delay_seconds: 5, eta: new Date().toISOString() };

    const answer = await api.call("POST", "/tasks/summarize", { body });

    expect(answer).toMatchObject({ status: 422, body: { errors: [{ path: "/eta" }] } });
  });

  it("lets admin keys alone submit for another project", async () => {
    const body = { input: { text } };

    const refused = await api.call("POST", "/tasks/summarize?project_id=other", { body });
    const id = await api
      .call("POST", "/tasks/summarize?project_id=other", { body, key: { scopes: ["admin"] } })
      .then((answer) => acceptedSchema.parse(answer.body).task_id);

    expect(refused.status).toBe(403);
    expect((await api.record(id)).project_id).toBe("other");
  });
});
