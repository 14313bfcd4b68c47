/**
 * A real HTTP server that answers each chat completion as a case says, and cases: what a model server sent, and what is
 * to become of the job. The request names its case as `[[case]]` in its text.
 *
 * @module
 */

import { existsSync, readFileSync } from "node:fs";
import { createServer, type IncomingMessage } from "node:http";
import { resolve } from "node:path";
import { z } from "zod";

const responseSchema = z.object({
  status: z.number().int(),
  headers: z.record(z.string(), z.string()).default({ "content-type": "application/json" }),
  body: z.string(),
});
export type ServerResponse = z.infer<typeof responseSchema>;

const caseSchema = z.object({
  case: z.string(),
  task: z.enum(["summarize", "keywords", "normalize"]),
  /** In words: what the job should become. */
  right: z.string(),
  response: responseSchema,
});
export type AnswerCase = z.infer<typeof caseSchema>;

const root = resolve(import.meta.dirname, "../..");

/**
 * Answers that real servers gave: the file that SLUICE_MODEL_ANSWERS names, or one beside the checkout.
 * @returns none when there is no such file
 */
export function recordedCases(env: NodeJS.ProcessEnv = process.env): AnswerCase[] {
  const file = env.SLUICE_MODEL_ANSWERS ?? resolve(root, "../shared/cases/model-answers.json");
  if (!existsSync(file)) return [];
  return z.object({ cases: z.array(caseSchema) }).parse(JSON.parse(readFileSync(file, "utf8"))).cases;
}

/** A chat completion as servers send it, for cases that differ in the message alone. */
export function completion(
  message: Record<string, unknown> | string,
  finish_reason: string | null = "stop",
  rest: Record<string, unknown> = {},
): ServerResponse {
  const whole = typeof message === "string" ? { role: "assistant", content: message } : message;
  return {
    status: 200,
    headers: { "content-type": "application/json" },
    body: JSON.stringify({
      id: "x",
      object: "chat.completion",
      created: 1,
      model: "odd-1",
      choices: [{ index: 0, message: whole, finish_reason }],
      usage: { prompt_tokens: 10, completion_tokens: 5, total_tokens: 15 },
      ...rest,
    }),
  };
}

const inputs = {
  summarize: (text: string) => ({ text, max_length: 20 }),
  keywords: (text: string) => ({ text, max_keywords: 5 }),
  normalize: (request: string) => ({
    request,
    schema: {
      type: "object",
      properties: { name: { type: "string" }, count: { type: "integer" } },
      required: ["name"],
      additionalProperties: false,
    },
  }),
};

/** The input of the task whose model request names the case. */
export const inputOf = (each: Pick<AnswerCase, "case" | "task">) =>
  inputs[each.task](`[[${each.case}]] The river rose in the night. Ann counted two boats at noon.`);

/** Also as Markdown escapes it, in which documents are given to a model. */
const CASE = /\[\\*\[([^\]\\]+)\\*\]\\*\]/;

export interface AnswerServer extends AsyncDisposable {
  /** For `LLM_SERVER_URL`. */
  readonly url: string;
  /** Bodies of the requests that named the case, oldest first. */
  requestsOf(name: string): readonly Record<string, unknown>[];
}

async function textOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(Buffer.from(chunk));
  return Buffer.concat(chunks).toString("utf8");
}

/**
 * @param answers by the case's name: a response each time it is asked, the last one from then on
 */
export async function startAnswerServer(
  answers: ReadonlyMap<string, readonly ServerResponse[]>,
): Promise<AnswerServer> {
  const requests = new Map<string, Record<string, unknown>[]>();
  const server = createServer(async (request, response) => {
    const text = await textOf(request);
    const name = CASE.exec(text + decodeURIComponent(request.url ?? ""))?.[1] ?? "";
    const steps = answers.get(name);
    const seen = requests.get(name) ?? [];
    requests.set(name, [...seen, text ? JSON.parse(text) : {}]);
    const step = steps?.[Math.min(seen.length, steps.length - 1)];
    if (!step) return response.writeHead(404).end();
    return response.writeHead(step.status, step.headers).end(step.body);
  });
  // It shares its thread with what it answers to: after long work there, it would close connections that are about to be used.
  server.keepAliveTimeout = 0;
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("The server has no port.");
  return {
    url: `http://127.0.0.1:${address.port}/v1`,
    requestsOf: (name) => requests.get(name) ?? [],
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((done) => server.close(done));
    },
  };
}
