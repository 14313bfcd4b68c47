import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { beforeAll, expect, it } from "vitest";
import { z } from "zod";

const root = fileURLToPath(new URL("../..", import.meta.url));
const followed = z.object({ status: z.number(), submit: z.array(z.string()), run: z.array(z.string()) });

let ran: z.output<typeof followed>;
beforeAll(() => {
  const { stdout, stderr } = spawnSync(process.execPath, ["tests/fixtures/one-job.ts"], {
    cwd: root,
    encoding: "utf8",
  });
  const last = stdout.split("\n").find((line) => line.startsWith('{"status"'));
  if (last === undefined) throw new Error(`The job was not followed:\n${stderr}`);
  ran = followed.parse(JSON.parse(last));
}, 60_000);

/** The files of the section, in its order. */
function listed(): string[] {
  const text = readFileSync(`${root}/docs/architecture.md`, "utf8");
  const [, section = ""] = /\n## One job, file by file\n(.*?)\n## /s.exec(text) ?? [];
  return [...section.matchAll(/^\| \d+ \| `([^`]+)`/gm)].map(([, path = ""]) => path);
}

it("every file in which a job runs from its request to SUCCESS is in the list of docs/architecture.md", () => {
  const list = new Set(listed());
  const missing = [...ran.submit, ...ran.run].filter((path) => !list.has(path));

  expect(ran.status).toBe(202);
  expect(ran.run).toContain("shared/engine/jobs/transitions/end.ts");
  expect(missing).toEqual([]);
});

it("a reader follows a job through at most 34 files, and at most six more are for other tasks and for limits", () => {
  expect(listed().length).toBeLessThanOrEqual(34 + 6);
});

it("what is listed and does not run wires a function or declares types", () => {
  const runs = new Set([...ran.submit, ...ran.run]);

  expect(listed().filter((path) => !runs.has(path))).toEqual([
    "functions/api/index.ts",
    "functions/services.ts",
    "functions/api/route-handler.ts",
    "functions/queues/summarize.ts",
    "functions/queue-handler.ts",
  ]);
});
