import { describe, expect, it } from "vitest";
import { pointId } from "../../../shared/capabilities/vectors/qdrant/point-id.ts";

describe("a point's id in Qdrant", () => {
  it("is a UUID of version 5 that never changes: stored points are found by it", () => {
    expect(pointId({ tenant: "acme", id: "project-1" })).toBe("30dd5260-19e4-5030-9009-4c40fe97aeac");
  });

  it("differs by tenant and by id", () => {
    const ids = [
      { tenant: "acme", id: "a" },
      { tenant: "globex", id: "a" },
      { tenant: "acme", id: "b" },
      { tenant: "acme", id: "a/b" },
    ].map(pointId);

    expect(new Set(ids).size).toBe(4);
    for (const id of ids) expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-5[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  });
});
