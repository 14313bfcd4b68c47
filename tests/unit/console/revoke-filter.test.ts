import { describe, expect, it } from "vitest";
import { filterOf } from "../../../console/src/screens/revoke/filter.ts";

describe("a filter of jobs to revoke", () => {
  it.each([{}, { project: "acme" }, { running: "keep" as const }])(
    "is empty when nothing tells jobs apart: %j",
    (fields) => {
      expect(filterOf({ screen: "revoke", ...fields })).toBeUndefined();
    },
  );

  it("holds what was chosen, in the API's words", () => {
    expect(filterOf({ screen: "revoke", task: "keywords", older: "1h", running: "keep" })).toEqual({
      task_name: "keywords",
      older_than_seconds: 3_600,
      terminate: false,
    });
  });
});
