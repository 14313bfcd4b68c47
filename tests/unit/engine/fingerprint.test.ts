import { expect, it } from "vitest";
import { fingerprintOf } from "../../../shared/engine/jobs/job-error.ts";

const of = (message: string, type = "LLMClientError") => fingerprintOf({ type, message });

it.each([
  ["numbers", "took 4.5 s of 30", "took 12 s of 300"],
  ["ids", "job 5d0f9c2a-1111-4222-8333-123456789abc", "job 00000000-1111-4222-8333-123456789abc"],
  ["quoted values", 'no field "total"', 'no field "name"'],
])("is the same for errors that differ only in %s", (_, one, other) => {
  expect(of(one)).toBe(of(other));
});

it("tells a server's statuses and the types of errors apart", () => {
  const statuses = [400, 404, 413, 422].map((status) => of(`The model server answered ${status}: no details`));
  expect(new Set(statuses).size).toBe(4);
  expect(of("the same")).not.toBe(of("the same", "InvalidInputError"));
});
