import { describe, expect, it } from "vitest";
import { readConfigName } from "../../../console/src/format/config-name.ts";
import { type OptionsDraft, readOptions } from "../../../console/src/screens/submit/read-options.ts";

describe("the name of a config", () => {
  it.each([
    ["support", { id: "support" }],
    [" support@3 ", { id: "support", version: 3 }],
    ["a b", undefined],
    ["support@", undefined],
    ["support@latest", undefined],
    ["", undefined],
  ])("%j is read as %o", (text, config) => {
    expect(readConfigName(text)).toEqual(config);
  });

  it("goes with a submit as its id and version, and is refused beside its field", () => {
    const read = (config: string) => readOptions({ config, trace_id: "t-1" } satisfies OptionsDraft);
    expect(read("support@3")).toEqual({
      value: { trace_id: "t-1", config: { id: "support", version: 3 } },
      errors: {},
    });
    expect(read("")).toEqual({ value: { trace_id: "t-1" }, errors: {} });
    expect(read("support@x")).toEqual({
      value: { trace_id: "t-1" },
      errors: { "/config": expect.stringContaining("support@3") },
    });
  });
});
