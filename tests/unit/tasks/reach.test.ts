/**
 * Which task that Sluice ships may touch which project. One that it ships again belongs into this table; tasks of one's own
 * need not.
 *
 * @module
 */

import { describe, expect, it } from "vitest";
import { z } from "zod";
import { catalog, type TaskName } from "../../../contracts/catalog.ts";
import { defineTask, operatorCapabilities } from "../../../contracts/define-task.ts";

/** `own`: what belongs to the project that the job was submitted in. `all`: what belongs to any project. */
const reach: Readonly<Partial<Record<TaskName, "own" | "all">>> = {
  summarize: "own",
  keywords: "own",
  normalize: "own",
  llm_call: "own",
  process_document: "own",
  index_document: "own",
  generate_project_embedding: "own",
  regenerate_project_embedding: "own",
  batch_generate_embeddings: "own",
  delete_project_embedding: "own",
  validate_chapter_length: "own",
  validate_sources: "own",
  validate_content_quality: "own",
  validate_complete_biography: "own",
  export_to_markdown: "own",
  export_to_word: "own",
  export_to_pdf: "own",
  export_all_formats: "own",
  reindex_embeddings: "all",
  generate_chapter: "own",
  generate_introduction: "own",
  generate_conclusion: "own",
  regenerate_chapter: "own",
  batch_generate_chapters: "own",
  rewrite_content: "own",
  detect_ai_content: "own",
  score_aeo: "own",
  evaluate_content: "own",
  extract: "own",
  classify: "own",
  escalate: "own",
  review_content: "own",
  deliver_webhook: "own",
  submit_batch: "own",
  settle_batch: "own",
  health_check: "own",
  cleanup_old_documents: "all",
  cleanup_expired_results: "all",
  get_queue_stats: "all",
  get_worker_stats: "all",
  process_dead_letter_queue: "all",
};

const { findTask, taskNames } = catalog;
const needsAdmin = (name: string): boolean => findTask(name)?.scope === "admin";

describe("the tasks of the catalog", () => {
  it.each(Object.entries(reach))("%s needs an admin key exactly when it acts on all projects", (name, reached) => {
    expect(needsAdmin(name)).toBe(reached === "all");
  });

  it("need an admin key when they use what reaches all projects, or run on a schedule, which belongs to no project", () => {
    const reaching = taskNames.filter((name) => {
      const { uses = [], schedule } = findTask(name) ?? {};
      return schedule !== undefined || operatorCapabilities.some((capability) => uses.includes(capability));
    });

    expect(reaching.length).toBeGreaterThan(0);
    expect(reaching.filter((name) => !needsAdmin(name))).toEqual([]);
  });

  it("submit no task that needs more than they do themselves", () => {
    const submitted = taskNames.flatMap((name) => (findTask(name)?.submits ?? []).map((target) => [name, target]));
    const raised = submitted.filter(([name = "", target = ""]) => needsAdmin(target) && !needsAdmin(name));

    expect(submitted.length).toBeGreaterThan(0);
    expect(raised).toEqual([]);
  });
});

describe("a task's definition", () => {
  const definition = {
    name: "count_all",
    description: "Counts.",
    queue: "monitoring",
    input: z.strictObject({}),
    output: z.strictObject({}),
    retry: "idempotent",
    timeLimit: { soft: 5, hard: 10 },
    memory: 256,
  } as const;

  it.each(operatorCapabilities)("is refused when it uses %s without the scope admin", (capability) => {
    expect(() => defineTask({ ...definition, uses: [capability] })).toThrow(`uses "${capability}"`);
    expect(defineTask({ ...definition, uses: [capability], scope: "admin" }).scope).toBe("admin");
  });
});
