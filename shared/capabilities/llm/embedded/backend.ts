/**
 * The backend of a laptop: extractive summaries, key phrases and rule-based normalization in English and German. It
 * needs no model and is not a language model (docs/embedded-backend.md).
 *
 * @module
 */

import { runInThread } from "../../../lib/threads/run-in-thread.ts";
import type { Generation, LanguageModelBackend } from "../backend.ts";
import { type EmbeddedAnswer, runEmbedded } from "./run.ts";

const threadFile = new URL(`./embedded.thread${import.meta.url.endsWith(".ts") ? ".ts" : ".mjs"}`, import.meta.url);

/** Characters of JSON up to which a task takes about 20 ms, less than a thread takes to start. */
const INLINE_CHARACTERS = 20_000;

async function answer({ task, signal }: Generation): Promise<EmbeddedAnswer> {
  signal.throwIfAborted();
  if (JSON.stringify(task.input).length <= INLINE_CHARACTERS) return runEmbedded(task);
  return await runInThread<EmbeddedAnswer>(threadFile, { name: task.name, input: task.input }, signal);
}

/** Counts no tokens, so its usage is null. */
export const embedded = (): LanguageModelBackend => ({
  name: "embedded",
  generate: async (generation) => ({ ...(await answer(generation)), usage: null }),
});
