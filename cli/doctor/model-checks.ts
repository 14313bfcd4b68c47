import { type Client, SluiceError } from "../../client/index.ts";
import { formatDuration } from "../output/time.ts";
import { reportError } from "../report-error.ts";
import { type Check, fail, ok, warn } from "./check.ts";

const SCHEMA = { type: "object", properties: { ready: { type: "boolean" } }, required: ["ready"] };
const ADVICE =
  "docs/troubleshooting.md says what the error means; LLM_SERVER_URL, LLM_MODEL and the key are the settings.";

const ask = (client: Client, body: { readonly prompt: string; readonly schema?: typeof SCHEMA }) =>
  client.call("POST /api/v1/llm/complete", { query: {}, body: { ...body, temperature: 0 } });

const TAKES = "takes response_format, max_tokens and temperature as they are sent";

/**
 * Asks the language model twice, without a schema and with one. Each costs a few tokens. What it does not support is
 * learned by each process on its own; the two answers may come from two of them.
 */
export async function* checkModel(client: Client): AsyncGenerator<Check> {
  const learnt = new Set<string>();
  try {
    const { duration_ms, usage, learnt: first } = await ask(client, { prompt: "Answer with the word: ready" });
    for (const each of first) learnt.add(each);
    const model = usage?.model ? `${usage.model} ` : "";
    yield ok("model", `${model}answers in ${formatDuration(duration_ms)}`);
  } catch (error) {
    const { status, problem } = error instanceof SluiceError ? error : {};
    if (status === 422 && problem?.detail.includes("no language model")) {
      yield ok("model", "none: language tasks run on the embedded engine");
    } else if (status === 403) yield warn("model", "not asked", "The key lacks the scope submit.");
    else yield fail("model", reportError(error).line, ADVICE);
    return;
  }
  try {
    const { learnt: second } = await ask(client, {
      prompt: "Answer with the JSON object that says you are ready.",
      schema: SCHEMA,
    });
    for (const each of second) learnt.add(each);
    yield ok("model, with a schema", learnt.size === 0 ? TAKES : [...learnt].join("; "));
  } catch (error) {
    if (learnt.size > 0) yield ok("model, learnt", [...learnt].join("; "));
    yield warn(
      "model, with a schema",
      reportError(error).line,
      "normalize and keywords need JSON: a larger model, or LLM_RESPONSE_FORMAT.",
    );
  }
}
