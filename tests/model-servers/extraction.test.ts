/**
 * Ten invoices and letters, filled by a small model on a real llama.cpp server. What it gets right is a figure; that nothing is
 * invented is what is tested.
 *
 * @module
 */

import { writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, it } from "vitest";
import { llmSettings } from "../../contracts/settings/llm.ts";
import { languageModel } from "../../shared/capabilities/llm/backends.ts";
import { papers } from "../fixtures/extraction/papers.ts";
import { type PaperScore, scorePaper, sumOf } from "../helpers/extract-papers.ts";
import { hasLlama, startLlama } from "../helpers/model-servers.ts";
import { taskContext } from "../helpers/task-context.ts";
import { closeDocumentThreads } from "../unit/documents/builders.ts";

afterAll(closeDocumentThreads);

it.skipIf(!hasLlama)(
  "papers are filled by a small model, and nothing is invented (skipped without MODEL_SERVERS_PYTHON)",
  async () => {
    await using server = await startLlama({ context: 4_096 });
    const settings = llmSettings.parse({
      LLM_BACKEND: "llamacpp",
      LLM_SERVER_URL: server.url,
      TEMPERATURE: "0",
      MAX_TOKENS: "700",
      LLM_TIMEOUT_SECONDS: "600",
    });
    const model = await languageModel(settings);
    const options = { model: async () => model, fallback: async () => undefined };
    // A config that names a model: the stage of the test has none of its own.
    const context = taskContext({ config: { provider: "llama", model: "small" } });
    const scores: PaperScore[] = [];
    const report: string[] = [];
    for (const paper of papers) {
      // A small model may answer with no object at all, which fails by name.
      const { score, faults } = await scorePaper(paper, { context, options }).catch((error: Error) => ({
        score: { right: 0, wrong: 0, missing: countOf(paper.wanted), invented: 0 },
        faults: [`${error.name}: ${error.message}`],
      }));
      scores.push(score);
      report.push(`${paper.name} ${JSON.stringify(score)} ${faults.join("; ")}`);
    }
    const sum = sumOf(scores);
    writeFileSync(join(tmpdir(), "sluice-papers.txt"), `${report.join("\n")}\n${JSON.stringify(sum)}\n`);

    expect(sum.invented).toBe(0);
    expect(sum.right).toBeGreaterThan(0);
  },
  3_000_000,
);

function countOf(value: unknown): number {
  if (typeof value !== "object" || value === null) return 1;
  return Object.values(value).reduce((sum: number, child) => sum + countOf(child), 0);
}
