import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { staticFiles } from "../../../functions/api/static-files.ts";

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "console-"));
  await mkdir(join(folder, "assets"));
  await writeFile(join(folder, "index.html"), "<!doctype html>");
  await writeFile(join(folder, "assets/index-BxT3k9_a.js"), "export {}");
  await writeFile(join(folder, "secret.key"), "no known type");
});
afterAll(() => rm(folder, { recursive: true }));

describe("the console's files", () => {
  it("are found by path, with their type", async () => {
    const find = staticFiles(folder);

    expect(await find("index.html")).toMatchObject({ contentType: "text/html; charset=utf-8", hashed: false });
    expect(await find("assets/index-BxT3k9_a.js")).toMatchObject({
      contentType: expect.stringContaining("javascript"),
      hashed: true,
    });
    expect(Buffer.from((await (await find("index.html"))?.read()) ?? []).toString()).toBe("<!doctype html>");
  });

  it.each(["../package.json", "assets/../../etc/passwd", "/etc/passwd", "secret.key", "", "assets"])(
    "are all there is: not %j",
    async (path) => {
      expect(await staticFiles(folder)(path)).toBeUndefined();
    },
  );

  it("may be missing altogether", async () => {
    expect(await staticFiles(join(folder, "nowhere"))("index.html")).toBeUndefined();
  });
});
