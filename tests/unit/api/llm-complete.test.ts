import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { llmHandlers } from "../../../functions/api/handlers/llm.ts";
import type { ApiServices } from "../../../functions/api/route-handler.ts";
import type { Generation, LanguageModelBackend } from "../../../shared/capabilities/llm/backend.ts";
import type { Limiter } from "../../../shared/engine/limits/limiter.ts";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

test("a model that does not answer is given up before the gateway gives up", async () => {
  const seen: Generation[] = [];
  const silent: LanguageModelBackend = {
    name: "vllm",
    generate(generation) {
      seen.push(generation);
      return new Promise((_, reject) =>
        generation.signal.addEventListener("abort", () => reject(generation.signal.reason)),
      );
    },
  };
  const caller = {
    keyId: "key",
    tenant: "shop",
    projects: new Set<string>(),
    scopes: new Set(["submit"] as const),
    hiddenTasks: new Set<string>(),
  };
  const logger = { info: vi.fn(), warn: vi.fn(), error: vi.fn() };
  const limiter = { isSet: false } as Limiter;
  const services = { languageModel: async () => silent, limiter, logger } as Partial<ApiServices> as ApiServices;

  const answer = llmHandlers.completeLlm(
    { params: {}, query: {}, headers: undefined, body: { prompt: "x" }, caller },
    services,
  );
  const outcome = expect(answer).rejects.toThrow("did not answer within 25 s. Submit a task instead.");
  await vi.waitFor(() => expect(seen).toHaveLength(1), { timeout: 60_000 });
  await vi.advanceTimersByTimeAsync(25_000);

  await outcome;
  expect(seen[0]?.signal.aborted).toBe(true);
  expect(logger.warn).toHaveBeenCalledExactlyOnceWith(
    "The model did not answer.",
    expect.objectContaining({ "gen_ai.operation.name": "chat", "error.type": "LLMTimeoutError" }),
  );
});
