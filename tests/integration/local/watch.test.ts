import { mkdir, mkdtemp, rename, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { watchFolders } from "../../../local/watch.ts";
import { eventually } from "../../helpers/eventually.ts";

let base: string;
let changes: string[];
let end: () => void;

beforeEach(async () => {
  base = await mkdtemp(join(tmpdir(), "sluice-watch-"));
  await mkdir(join(base, "shared/deep"), { recursive: true });
  await writeFile(join(base, "shared/deep/a.ts"), "1");
  changes = [];
  end = watchFolders(base, ["shared", "missing"], async (file) => void changes.push(file));
});
afterEach(async () => {
  end();
  await rm(base, { recursive: true });
});

const seen = (file: string, count: number) =>
  eventually(`${file} changes ${count} times`, () => changes.filter((each) => each === file).length >= count);

it("notices a file that is written, replaced, and written again", async () => {
  const file = join(base, "shared/deep/a.ts");

  await writeFile(file, "2");
  await seen("shared/deep/a.ts", 1);
  await writeFile(`${file}.tmp`, "3");
  await rename(`${file}.tmp`, file);
  await seen("shared/deep/a.ts", 2);
  await writeFile(file, "4");
  await seen("shared/deep/a.ts", 3);
});

it("notices files in a folder that is new", async () => {
  await mkdir(join(base, "shared/new"));
  await eventually("the folder is noticed", () => changes.length > 0);

  await writeFile(join(base, "shared/new/b.ts"), "1");

  await seen("shared/new/b.ts", 1);
});

it("reports changes one after the other", async () => {
  end();
  let open = 0;
  let most = 0;
  let runs = 0;
  const { promise: isNoticed, resolve: notice } = Promise.withResolvers<void>();
  // Another watcher says when the second change can be known.
  let noticed = 0;
  const endOther = watchFolders(base, ["shared"], async () => {
    noticed += 1;
  });
  end = watchFolders(base, ["shared"], async () => {
    open += 1;
    most = Math.max(most, open);
    await isNoticed;
    open -= 1;
    runs += 1;
  });

  await writeFile(join(base, "shared/deep/a.ts"), "2");
  await eventually("the first is being handled", () => open === 1 && noticed > 0);
  const before = noticed;
  await writeFile(join(base, "shared/deep/a.ts"), "3");
  await eventually("the second is noticed", () => noticed > before);
  notice();

  await eventually("both have been handled", () => runs === 2);
  expect(most).toBe(1);
  endOther();
});
