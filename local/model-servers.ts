/**
 * Notices a model server that runs on this machine beside the stack, and says how to use it.
 *
 * @module
 */

import { z } from "zod";

/** A port on which a model server usually listens. */
export interface UsualPort {
  readonly port: number;
  /** The program whose port it is. */
  readonly program: string;
}

const usualPorts: readonly UsualPort[] = [
  { port: 11_434, program: "Ollama" },
  { port: 8080, program: "llama.cpp" },
  { port: 8000, program: "vLLM" },
  { port: 1234, program: "LM Studio" },
];

/** How long a server may take to list its models: it is on this machine. */
const PATIENCE_MS = 300;
/** Of the list of models; what is longer is not one. */
const MOST_BYTES = 1_000_000;
/** Models that make vectors, not text. They are in the same list. */
const NOT_FOR_TEXT = /embed|rerank|whisper|\bbge\b|\be5\b|\bgte\b|minilm/i;
/** What a shell takes as one word without quotes. */
const PLAIN_WORD = /^[\w.:@/+-]+$/;
/** No control characters, which a terminal would act on, and no quotes. */
const SAFE_NAME = /^[\p{L}\p{N}\p{P}\p{S} ]{1,300}$/u;

const modelListSchema = z.object({
  data: z.array(z.object({ id: z.string(), owned_by: z.string().optional().catch(undefined) })),
});

/** The settings for a server's backend, by what its models say that they are served by. */
const backendOf = (ownedBy: string | undefined): string =>
  ownedBy === "llamacpp" || ownedBy === "vllm" ? ownedBy : "openai-compatible";

async function boundedText(response: Response): Promise<string> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of response.body ?? []) {
    bytes += chunk.byteLength;
    if (bytes > MOST_BYTES) throw new Error("The answer is too long.");
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString("utf8");
}

/** @returns undefined where nothing listens, or what listens is not a model server with a model for texts */
async function hintFor({ port, program }: UsualPort): Promise<string | undefined> {
  const url = `http://127.0.0.1:${port}/v1`;
  try {
    const response = await fetch(`${url}/models`, { redirect: "error", signal: AbortSignal.timeout(PATIENCE_MS) });
    if (!response.ok) return undefined;
    const { data } = modelListSchema.parse(JSON.parse(await boundedText(response)));
    const model = data.find(({ id }) => SAFE_NAME.test(id) && !id.includes("'") && !NOT_FOR_TEXT.test(id));
    if (!model) return undefined;
    const name = PLAIN_WORD.test(model.id) ? model.id : `'${model.id}'`;
    const settings = `LLM_BACKEND=${backendOf(model.owned_by)} LLM_SERVER_URL=${url} LLM_MODEL=${name}`;
    const others = data.length > 1 ? ` It lists ${data.length} models.` : "";
    return `A model server answers on port ${port} (usually ${program}). To use it: ${settings} npm start${others} See docs/model-servers.md.`;
  } catch {
    return undefined;
  }
}

/**
 * Asks the usual ports of 127.0.0.1 for their models (`GET /v1/models`), all at once.
 * @param options `except`: the port of the stack itself; `ports`: instead of the usual ones
 * @returns one line for the first server that answers, in the order of the ports; undefined when none does
 */
export async function modelServerHint({
  except,
  ports = usualPorts,
}: {
  readonly except: number;
  readonly ports?: readonly UsualPort[];
}): Promise<string | undefined> {
  const hints = await Promise.all(ports.filter(({ port }) => port !== except).map(hintFor));
  return hints.find((hint) => hint !== undefined);
}
