import { describe, expect, it } from "vitest";
import {
  createProjectSchema,
  descriptionSchema,
  MAX_DESCRIPTION_BYTES,
  projectEntityIdSchema,
  projectMetadataSchema,
  updateProjectSchema,
} from "../../../contracts/projects/projects.ts";
import {
  parseProject,
  projectAddress,
  textHash,
  textOf,
} from "../../../shared/capabilities/projects/project-record.ts";
import { checkMetadata } from "../../../shared/capabilities/vectors/checks.ts";
import { storedText } from "../../../shared/capabilities/vectors/indexing.ts";
import { faultsOf } from "../../../shared/lib/http/pointer.ts";

describe("a description", () => {
  it("of the largest size, with the longest name, is stored whole", () => {
    for (const unit of ["word ", "Straße ", "日本語 ", '"quoted" ', "line\n"]) {
      const bytes = (text: string) => Buffer.byteLength(JSON.stringify(text));
      const count = Math.floor((MAX_DESCRIPTION_BYTES - 2) / (bytes(unit) - 2));
      const description = unit.repeat(count);
      expect(descriptionSchema.safeParse(description).success).toBe(true);
      expect(descriptionSchema.safeParse(description + unit).success).toBe(false);

      const text = textOf({ name: "ß".repeat(200), description });

      expect(storedText(text)).toBe(text);
    }
  });

  it("is embedded behind the name, and another name makes another text", () => {
    const description = "Solar panels";
    expect(textOf({ name: "Roofs", description })).toBe("Roofs\n\nSolar panels");
    expect(textOf({ description })).toBe("Solar panels");
    expect(textHash({ name: "Roofs", description })).not.toBe(textHash({ name: "Roof", description }));
  });
});

describe("metadata", () => {
  it("of the largest size fits every vector store beside the largest text", () => {
    let metadata = {};
    for (let n = 0; ; n++) {
      const more = { ...metadata, [`key${n}`]: "ä".repeat(20) };
      if (!projectMetadataSchema.safeParse(more).success) break;
      metadata = more;
    }

    expect(Object.keys(metadata).length).toBeGreaterThan(20);
    expect(() => checkMetadata({ ...metadata, text: "x".repeat(MAX_DESCRIPTION_BYTES) }, "1")).not.toThrow();
  });

  it.each([
    [{ owner: { name: "x" } }],
    [{ years: [1, 2] }],
    [{ "": 1 }],
    [{ "1st": 1 }],
    [{ tenant_id: "x" }],
    [{ text: "x" }],
    [{ note: null }],
    [{ note: "half a pair: \ud83d" }],
    [{ id: 2 ** 64 }],
    [{ tiny: 1e-200 }],
  ])("%j is refused", (metadata) => {
    expect(projectMetadataSchema.safeParse(metadata).success).toBe(false);
  });

  it.each([
    [{ year: { from: 2020 } }, "must be text, a number, true, false or a list of text"],
    [{ tenant_id: "x" }, "the key must not be tenant_id"],
  ])("%j is refused with the rule that it breaks", (metadata, message) => {
    const faults = faultsOf(projectMetadataSchema.safeParse(metadata).error?.issues ?? []);

    expect(faults).toEqual([{ path: `/${Object.keys(metadata)[0]}`, message }]);
  });
});

describe("an id", () => {
  it.each(["42", "a1b2-c3", "user@example.org", "urn:project:7", "x".repeat(128)])("may be %s", (id) => {
    expect(projectEntityIdSchema.safeParse(id).success).toBe(true);
    const key = { tenant: "acme", id };
    const item = { ...projectAddress(key), status: "deleted", revision: "r", changed_by: "c", task_id: "t" };
    expect(parseProject(item)).toMatchObject(key);
  });

  it.each(["", "a/b", "a#b", "a b", "é", "x".repeat(129)])("may not be %j", (id) => {
    expect(projectEntityIdSchema.safeParse(id).success).toBe(false);
  });

  it("belongs to one tenant alone", () => {
    expect(projectAddress({ tenant: "a", id: "b" })).not.toEqual(projectAddress({ tenant: "a.b", id: "b" }));
  });
});

describe("a request", () => {
  it("for a new project fills in empty metadata", () => {
    expect(createProjectSchema.parse({ description: "Solar panels" })).toEqual({
      description: "Solar panels",
      metadata: {},
    });
  });

  it("for a change must change something, and may take the name away", () => {
    expect(updateProjectSchema.safeParse({}).success).toBe(false);
    expect(updateProjectSchema.parse({ name: null })).toEqual({ name: null });
  });
});
