import { runInThread } from "../../threads/run-in-thread.ts";
import type { Generation, LanguageModelBackend } from "../backend.ts";
import { type EmbeddedAnswer, runEmbedded } from "./run.ts";

/**
 * The backend of a laptop: extractive summaries, key phrases and rule-based normalization in English and German. It
 * needs no model and is no language model (docs/embedded-backend.md).
 */

const threadFile = new URL(`./embedded.thread${import.meta.url.endsWith(".ts") ? ".ts" : ".mjs"}`, import.meta.url);

/** Characters up to which a task runs in a few milliseconds, less than a thread takes to start. */
const INLINE_CHARACTERS = 20_000;

/** Size of what is to be read, in characters. */
function sizeOf(input: unknown): number {
  if (typeof input !== "object" || input === null) return 0;
  return Object.values(input).reduce<number>(
    (most, value) => Math.max(most, typeof value === "string" ? value.length : 0),
    0,
  );
}

async function answer({ task, signal }: Generation): Promise<EmbeddedAnswer> {
  signal.throwIfAborted();
  if (sizeOf(task.input) <= INLINE_CHARACTERS) return runEmbedded(task);
  return await runInThread<EmbeddedAnswer>(threadFile, { name: task.name, input: task.input }, signal);
}

/** Counts no tokens, so its usage is null. */
export const embedded = (): LanguageModelBackend => ({
  name: "embedded",
  generate: async (generation) => ({ ...(await answer(generation)), usage: null }),
});
