/**
 * The commands that make and remove a stage, as an operator runs them: `sluice doctor --aws`, `npm run deploy`,
 * `sluice teardown`.
 *
 * @module
 */

import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { HeadBucketCommand, HeadObjectCommand, PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { GetParameterCommand, PutParameterCommand, SSMClient } from "@aws-sdk/client-ssm";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { z } from "zod";
import { emulatorEnvironment } from "./deployment.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));
const endpoint = process.env.AWS_ENDPOINT_URL ?? "";
const outputsSchema = z.record(z.string(), z.object({ BucketName: z.string() }));

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "sluice-stage-"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** Runs a file of this project. */
const run = (file: string, ...args: string[]) => runWith({}, file, ...args);

/** {@link run} with settings in the environment. */
function runWith(
  settings: Readonly<Record<string, string>>,
  file: string,
  ...args: string[]
): Promise<{ code: number; output: string }> {
  const env = {
    ...emulatorEnvironment(endpoint, join(folder, "vectors.sqlite")),
    SLUICE_STAGE: undefined,
    ...settings,
  };
  return new Promise((resolve) => {
    execFile(process.execPath, [join(root, file), ...args], { cwd: root, env }, (error, stdout, stderr) => {
      const code = error === null ? 0 : typeof error.code === "number" ? error.code : 1;
      resolve({ code, output: stdout + stderr });
    });
  });
}
const sluice = (...args: string[]) => run("cli/sluice.mjs", ...args);
const deploy = (...args: string[]) => run("scripts/deploy.ts", "--no-dotenv", "--yes", ...args);

describe("stage commands", () => {
  // Four deployments, one after the other.
  test("a stage is deployed, again too, checked and removed with what is in it", { timeout: 600_000 }, async () => {
    const outputs = join(folder, "outputs.json");
    expect(await deploy("--outputs-file", outputs, "storage")).toMatchObject({ code: 0 });
    const { "sluice-dev-storage": storage } = outputsSchema.parse(JSON.parse(await readFile(outputs, "utf8")));
    const Bucket = storage?.BucketName ?? "";
    const credentials = { accessKeyId: "test", secretAccessKey: "test" };
    const s3 = new S3Client({ endpoint, region: "us-east-1", credentials, forcePathStyle: true });
    for (const Key of ["files/a", "blobs/b"]) await s3.send(new PutObjectCommand({ Bucket, Key, Body: "x" }));

    expect((await sluice("doctor", "--aws")).output).toContain("OK    stacks: 1 deployed, all can be updated");
    // A second time unchanged, then with another setting and without the documents: what is stored stays.
    const again = ["scripts/deploy.ts", "--no-dotenv", "--yes", "storage"] as const;
    for (const settings of [
      {},
      { RESULT_EXPIRES: "172800" },
      { SLUICE_SIZE: "small", SLUICE_FAMILIES: "core,language" },
    ]) {
      const { code, output } = await runWith(settings, ...again);
      expect(code, output).toBe(0);
      expect((await sluice("doctor", "--aws")).output).toContain("OK    stacks: 1 deployed, all can be updated");
      await s3.send(new HeadObjectCommand({ Bucket, Key: "files/a" }));
    }

    const ssm = new SSMClient({ endpoint, region: "us-east-1", credentials });
    const Name = "/sluice/dev/webhooks/default/one";
    await ssm.send(new PutParameterCommand({ Name, Value: "whsec_x", Type: "SecureString" }));
    const removed = await sluice("teardown", "--yes");
    expect(removed.output).toMatch(/^Deleted with all that is in them: .*\/sluice\/dev\/webhooks\/default\/one$/m);
    await expect(ssm.send(new GetParameterCommand({ Name }))).rejects.toMatchObject({ name: "ParameterNotFound" });
    ssm.destroy();
    expect(removed.output).toContain(`${Bucket}: 2 objects deleted`);
    expect(removed).toMatchObject({ code: 0, output: expect.stringContaining("Stage dev is removed.") });
    await expect(s3.send(new HeadBucketCommand({ Bucket }))).rejects.toMatchObject({ name: "NotFound" });
    expect((await sluice("doctor", "--aws")).output).toContain("OK    stacks: none yet: a first deployment");
    expect(await sluice("teardown", "--yes")).toMatchObject({ code: 4 });
    s3.destroy();
  });

  test("a protected stage is not removed", async () => {
    expect(await deploy("--stage", "prod", "storage")).toMatchObject({ code: 0 });

    const refused = await sluice("teardown", "--stage", "prod", "--yes");

    expect(refused).toMatchObject({ code: 5, output: expect.stringContaining("is protected from deletion") });
    expect((await sluice("doctor", "--aws", "--stage", "prod")).output).toContain("1 deployed, all can be updated");
  });

  test("a stage that keeps its data is removed without it, and the next deployment is told", async () => {
    expect(await deploy("--stage", "staging", "storage")).toMatchObject({ code: 0 });

    const removed = await sluice("teardown", "--stage", "staging", "--yes");

    expect(removed).toMatchObject({ code: 0, output: expect.stringMatching(/^Kept: .*sluice-staging-storage-Jobs/m) });
    expect(removed.output).not.toContain("Deleted with all");
    expect((await sluice("doctor", "--aws", "--stage", "staging")).output).toMatch(
      /WARN {2}kept data: there are tables of an earlier stage: sluice-staging-storage-/,
    );
  });
});
