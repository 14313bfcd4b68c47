import { describe, expect, it } from "vitest";
import { fromDraft, toDraft } from "../../../console/src/schema-form/draft.ts";
import { exampleOf } from "../../../console/src/schema-form/example.ts";
import { plainField, readTasks } from "../../../console/src/schema-form/schema.ts";
import { catalog } from "../../../contracts/catalog.ts";
import { buildOpenApi } from "../../../functions/api/openapi/openapi.ts";

const forms = readTasks(buildOpenApi(catalog));

describe("the example of a task", () => {
  it.each(forms.map((form) => [form.name, form] as const))("%s is what its schema takes", (name, { input }) => {
    const task = Object.values(catalog.tasks).find((each) => each.name === name);
    const example = exampleOf(input);
    expect(task?.input.safeParse(example)).toMatchObject({ success: true });
    // As the form would send it.
    const { value, errors } = fromDraft(input, toDraft(input, example), "/input");
    expect(errors).toEqual({});
    expect(task?.input.safeParse(value)).toMatchObject({ success: true });
  });

  it("has what the task needs, and a text where it may have one", () => {
    const of = (name: string) =>
      exampleOf(forms.find((form) => form.name === name)?.input ?? plainField("", "json", { description: "" }));
    expect(of("summarize")).toEqual({ text: expect.stringContaining("Anna Berg") });
    expect(of("extract")).toMatchObject({ text: expect.stringContaining("chairs"), schema: { type: "object" } });
    expect(of("health_check")).toEqual({});
  });

  it("keeps the bounds of a field", () => {
    const field = plainField("title", "integer", { description: "" });
    expect(exampleOf({ ...field, minimum: 7 })).toBe(7);
    expect(exampleOf({ ...field, maximum: 0 })).toBe(0);
    expect(exampleOf({ ...plainField("x", "text", { description: "" }), maxLength: 9 })).toBe("Anna Berg");
    expect(exampleOf(plainField("language", "choice", { description: "", choices: ["de", "fr"] }))).toBe("de");
  });
});
