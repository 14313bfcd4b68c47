import { afterAll, beforeAll, expect, it } from "vitest";
import { jobListSchema } from "../../contracts/jobs/list.ts";
import { type Stack, startStack } from "../../local/stack.ts";
import { outcomeOf, request, submit } from "../helpers/job-client.ts";

let stack: Stack;
beforeAll(async () => {
  stack = await startStack();
});
afterAll(() => stack?.stop(0));

it("the same Idempotency-Key a hundred times at once over HTTP gives one job, which runs once", async () => {
  const ids = await Promise.all(
    Array.from({ length: 100 }, () =>
      submit(stack, "health_check", { input: { echo: "one" }, headers: { "idempotency-key": "order-4711" } }),
    ),
  );

  expect(new Set(ids).size).toBe(1);
  expect(await outcomeOf(stack, ids[0] ?? "")).toMatchObject({ status: "SUCCESS", attempts: 1 });
  const list = jobListSchema.parse(await (await request(stack, "GET /jobs?limit=100")).json());
  expect(list.jobs).toHaveLength(1);
});

it("the same Idempotency-Key with another body is refused", async () => {
  const headers = { "idempotency-key": "order-4712" };
  await submit(stack, "health_check", { input: { echo: "one" }, headers });
  const other = await request(stack, "POST /tasks/health_check", { body: { input: { echo: "two" } }, headers });
  expect(other.status).toBe(409);
});
