import { globSync } from "node:fs";
import { basename } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { onMiniStack, onOtherAws, onOursAlone } from "../helpers/engine-files.ts";

const cwd = fileURLToPath(new URL("../integration/engine", import.meta.url));

test("every file of the engine's tests runs on another AWS, or says why it does not", () => {
  const files = globSync("*.test.ts", { cwd }).map((path) => basename(path, ".test.ts"));

  expect(files.length).toBeGreaterThan(0);
  expect([...onOtherAws, ...onMiniStack, ...Object.keys(onOursAlone)].toSorted()).toEqual(files.toSorted());
});
