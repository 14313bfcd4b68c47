/**
 * An upgrade and its rollback, over HTTP alone: what one version of the code has stored and sent, the other one reads and brings
 * to its end, in both directions, also while only a part of the stacks is deployed.
 *
 * @module
 */

import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { tablesOf } from "../../local/running.ts";
import { changeIndexes } from "../../local/services/change-indexes.ts";
import { requireInCi } from "../helpers/ci-tools.ts";
import { startLlmServer } from "../helpers/llm-server.ts";
import { type StackCode, StackProcess } from "../helpers/stack-process.ts";
import { codeOfLastRelease, LAST_RELEASE, lacksLastRelease, thisCode } from "../helpers/upgrade/last-release.ts";
import { withStackOf } from "../helpers/upgrade/mixed-assembly.ts";
import { type Left, leaveWork, takeWork } from "../helpers/upgrade/work.ts";
import { startWebhookReceiver } from "../helpers/webhook-receiver.ts";

const lacks = lacksLastRelease();
requireInCi("the last release, a commit of the clone,", lacks === undefined);
const place = { region: "us-east-1", account: "000000000000", apiUrl: "http://127.0.0.1", stage: undefined };

describe.skipIf(lacks !== undefined)(`from ${LAST_RELEASE} and back${lacks ? ` (skipped: ${lacks})` : ""}`, () => {
  it("what each version left is read and ended by the next", { timeout: 1_200_000 }, async () => {
    await using model = await startLlmServer();
    await using receiver = await startWebhookReceiver();
    const folder = await mkdtemp(join(tmpdir(), "sluice-upgrade-"));
    const last = await codeOfLastRelease();
    const here = thisCode();
    const mixed: string[] = [];
    await using stack = new StackProcess({ dataDir: join(folder, "data"), timeScale: 30 });
    try {
      const settings = {
        ...model.settings,
        WEBHOOK_ALLOW_HTTP: "true",
        WEBHOOK_ALLOW_LOOPBACK: "true",
        // The last release has no such bound: its code leaves its jobs in an index that it drops.
        PROJECT_OPEN_JOBS: "1000",
        TASK_LEASE_SECONDS: "6",
        TASK_TIME_LIMIT: "15",
        TASK_SOFT_TIME_LIMIT: "10",
      };
      const old = await last.synthesize(settings);
      const next = await here.synthesize(settings);
      mixed.push(await withStackOf(next, old, "api"), await withStackOf(old, next, "api"));
      const [oldApi = "", newApi = ""] = mixed;
      const steps: readonly (readonly [name: string, code: StackCode])[] = [
        ["the last release", { root: last.root, assembly: old }],
        ["new workers behind its API", { assembly: oldApi }],
        ["this code", { assembly: next }],
        ["old workers behind the API of this code", { assembly: newApi }],
        ["the last release again", { root: last.root, assembly: old }],
      ];
      let left: Left | undefined;
      for (const [index, [name, code]] of steps.entries()) {
        // As CloudFormation changes the tables; the stack of the last release refuses those of other indexes.
        if (index > 0) await changeIndexes(join(folder, "data", "dynamodb"), await tablesOf(code.assembly, place));
        await stack.up(code);
        const surroundings = { model, receiver };
        try {
          if (left) await takeWork(stack.target, surroundings, left);
          left = index + 1 < steps.length ? await leaveWork(stack.target, surroundings, `step-${index}`) : left;
        } catch (cause) {
          throw new Error(`${name}: ${cause instanceof Error ? cause.message : cause}\n${stack.output.slice(-3_000)}`, {
            cause,
          });
        }
        await stack.kill();
      }
      expect(left?.project).toBe("step-3");
    } finally {
      await stack.kill();
      await Promise.all([
        last.remove(),
        here.remove(),
        ...[folder, ...mixed].map((each) => rm(each, { recursive: true })),
      ]);
    }
  });
});
