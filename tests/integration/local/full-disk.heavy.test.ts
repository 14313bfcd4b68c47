/**
 * A data folder that can no longer be written: `npm start` says so and ends, and what was accepted is done by the next one.
 *
 * @module
 */

import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { z } from "zod";
import { requireInCi } from "../../helpers/ci-tools.ts";
import { eventually } from "../../helpers/eventually.ts";

const folder = mkdtempSync(join(tmpdir(), "sluice-disk-"));
const KEY = "k".repeat(40);

/** CI's machines have sudo where they are not root; on a developer's, nobody is asked for a password. */
const asRoot = process.getuid?.() === 0 || process.env.CI !== "true" ? [] : ["sudo", "--non-interactive"];
const inRoot = (...command: string[]) => {
  const [program = "", ...args] = [...asRoot, ...command];
  execFileSync(program, args, { stdio: "ignore" });
};
const mount = (...args: string[]): boolean => {
  try {
    inRoot("mount", ...args);
    return true;
  } catch {
    return false;
  }
};
/** A disk of its own needs Linux and the right to mount. */
const hasDisk = process.platform === "linux" && mount("-t", "tmpfs", "-o", "size=4m,mode=0777", "tmpfs", folder);

const started: ChildProcess[] = [];
function start(directory: string) {
  const child = spawn(process.execPath, ["local/main.ts"], {
    env: {
      ...process.env,
      SLUICE_PORT: "0",
      SLUICE_DATA_DIR: directory,
      SLUICE_API_KEY: KEY,
      SLUICE_TIME_SCALE: "30",
      TASK_LEASE_SECONDS: "10",
    },
    stdio: ["ignore", "pipe", "pipe"],
  });
  started.push(child);
  const run = { out: "", err: "", code: undefined as number | null | undefined };
  child.stdout.on("data", (chunk) => (run.out += chunk));
  child.stderr.on("data", (chunk) => (run.err += chunk));
  child.once("exit", (code) => (run.code = code));
  return {
    run,
    url: () => eventually("an address", () => /^ready (\S+)/m.exec(run.out)?.[1], 120),
    stop: () => child.kill("SIGTERM"),
  };
}

const request = (url: string, path: string, body?: unknown) =>
  fetch(`${url}/api/v1${path}`, {
    method: body === undefined ? "GET" : "POST",
    headers: { authorization: `Bearer ${KEY}`, "content-type": "application/json" },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });

requireInCi("a disk that can be mounted", hasDisk);

describe.skipIf(!hasDisk)("a data folder on a disk of 4 MB (skipped where none can be mounted)", () => {
  beforeAll(() => mount("-o", "remount,rw,size=4m", folder));
  afterAll(() => {
    for (const child of started) child.kill("SIGKILL");
    inRoot("umount", "-l", folder);
    rmSync(folder, { recursive: true, force: true });
  });

  it("that is full ends the stack with the reason, and no accepted job is lost", async () => {
    const data = join(folder, "data");
    const first = start(data);
    const url = await first.url();
    const accepted: string[] = [];
    for (let round = 0; round < 500 && first.run.code === undefined; round++) {
      const echo = Array.from({ length: 400 }, () => crypto.randomUUID()).join("");
      const answer = await request(url, "/tasks/health_check", { input: { echo } }).catch(() => undefined);
      if (answer?.status !== 202) break;
      accepted.push(z.object({ task_id: z.string() }).parse(await answer.json()).task_id);
    }

    await eventually("the end", () => first.run.code !== undefined, 60);
    expect(first.run.err).toMatch(/Data cannot be written to \S+ any more: .*(No space left|full)/i);
    expect(first.run.err).toContain("What was accepted is kept");
    expect(first.run.code).toBe(1);
    expect(accepted.length).toBeGreaterThan(5);

    mount("-o", "remount,rw,size=64m", folder);
    const second = start(data);
    const again = await second.url();
    const stateOf = async (id: string) =>
      z.object({ status: z.string() }).parse(await (await request(again, `/jobs/${id}`)).json()).status;
    for (const id of accepted) {
      await eventually(`job ${id}`, async () => (await stateOf(id)) === "SUCCESS" || undefined, 180);
    }
    second.stop();
    await eventually("the orderly end", () => second.run.code !== undefined, 60);
    expect(second.run.code).toBe(0);
  });

  it("that is read-only is refused at the start, with its name and the reason", async () => {
    mount("-o", "remount,ro", folder);
    const run = start(join(folder, "other"));
    await eventually("the end", () => run.run.code !== undefined, 60);
    expect(run.run.code).toBe(1);
    expect(run.run.err).toMatch(/other cannot be made to keep data in \(SLUICE_DATA_DIR\): EROFS/);
  });

  it("that holds data and is read-only now is refused as well, and the data is untouched", async () => {
    mount("-o", "remount,rw", folder);
    const data = join(folder, "kept");
    const first = start(data);
    const url = await first.url();
    const answer = await request(url, "/tasks/health_check", { input: { echo: "kept" } });
    const { task_id: id } = z.object({ task_id: z.string() }).parse(await answer.json());
    first.stop();
    await eventually("the orderly end", () => first.run.code !== undefined, 60);
    mount("-o", "remount,ro", folder);

    const refused = start(data);
    await eventually("the end", () => refused.run.code !== undefined, 60);
    expect(refused.run.code).toBe(1);
    expect(refused.run.err).toMatch(/kept cannot be used to keep data in \(SLUICE_DATA_DIR\): EROFS/);

    mount("-o", "remount,rw", folder);
    const again = start(data);
    const { status } = await request(await again.url(), `/jobs/${id}`);
    expect(status).toBe(200);
    again.stop();
    await eventually("the orderly end", () => again.run.code !== undefined, 60);
  });
});

it("a data folder whose path goes through a file is refused, with its name", async () => {
  const file = join(mkdtempSync(join(tmpdir(), "sluice-file-")), "file");
  writeFileSync(file, "");
  const run = start(join(file, "data"));
  await eventually("the end", () => run.run.code !== undefined, 60);
  expect(run.run.code).toBe(1);
  expect(run.run.err).toMatch(/file\/data cannot be made to keep data in \(SLUICE_DATA_DIR\): ENOTDIR/);
});
