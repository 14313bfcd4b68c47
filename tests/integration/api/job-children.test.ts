import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { childListSchema } from "../../../contracts/jobs/list.ts";
import { reviewContent } from "../../../contracts/tasks/escalation.ts";
import { childKey } from "../../../shared/engine/table/addresses.ts";
import { StepSubmitter } from "../../../shared/engine/worker/submit-step.ts";
import { TestApi } from "../../helpers/test-api.ts";

let api: TestApi;
beforeAll(async () => {
  api = await TestApi.start();
});
afterAll(() => api.close());

const children = async (id: string, query = "") =>
  childListSchema.parse((await api.call("GET", `/jobs/${id}/children${query}`)).body);

describe("what a job has submitted", () => {
  it("is listed without its having waited for it, jobs and batches apart", async () => {
    const body = { input: { text: "Water flows downhill." } };
    const id = await api.submit({ task: "review_content", body });
    const assertActive = () => Promise.resolve();
    const record = await api.record(id);
    const steps = new StepSubmitter({ services: api.jobs, definition: reviewContent, record, assertActive });
    const first = await steps.submit("evaluate_content", { content: "Water." }, { step: "first" });
    const second = await steps.submit("evaluate_content", { content: "Rain." }, { step: "second" });
    const { batchId } = await steps.submitBatch("evaluate_content", [{ content: "Snow." }], { step: "all" });

    const { jobs, batch_ids, next_cursor } = await children(id);

    expect(jobs.map(({ task_id }) => task_id).sort()).toEqual([first, second].sort());
    expect(jobs[0]).toMatchObject({ task_name: "evaluate_content", parent_id: id, status: "PENDING" });
    expect({ batch_ids, next_cursor }).toEqual({ batch_ids: [batchId], next_cursor: null });
    expect(await children(first)).toEqual({ task_id: first, jobs: [], batch_ids: [], next_cursor: null });
  });

  it("is listed a page at a time, each once", async () => {
    const id = await api.submit();
    const ids = Array.from({ length: 150 }, (_, part) => `5d0f9c2a-0000-4000-8000-${String(part).padStart(12, "0")}`);
    const ttl = Math.floor(Date.now() / 1_000) + 86_400;
    for (const child of ids) await api.jobs.store.table.put({ ...childKey(id, child), is_batch: true, ttl });

    const first = await children(id);
    const second = await children(id, `?cursor=${first.next_cursor}`);

    expect([first.batch_ids.length, second.next_cursor]).toEqual([100, null]);
    expect([...first.batch_ids, ...second.batch_ids]).toEqual(ids);
  });

  it("is asked for with cursors that the API gave, and no others", async () => {
    const id = await api.submit();
    for (const cursor of ["é", "~~", "x".repeat(4_000), "5d0f9c2a-0000-4000-8000-000000000001"]) {
      const answer = await api.call("GET", `/jobs/${id}/children?cursor=${encodeURIComponent(cursor)}`);
      expect(answer, cursor.slice(0, 9)).toMatchObject({ status: 422, body: { errors: [{ path: "/query/cursor" }] } });
    }
  });

  it("is not there for another project", async () => {
    const id = await api.submit();
    const answer = await api.call("GET", `/jobs/${id}/children`, { key: { tenant: "strangers" } });
    expect(answer.status).toBe(404);
  });
});
