import { type Client, SluiceError } from "../../client/index.ts";
import { formatDuration } from "../output/time.ts";
import { reportError } from "../report-error.ts";
import { type Check, fail, ok, warn } from "./check.ts";

const SCHEMA = { type: "object", properties: { ready: { type: "boolean" } }, required: ["ready"] };
const ADVICE =
  "docs/troubleshooting.md says what the error means; LLM_SERVER_URL, LLM_MODEL and the key are the settings.";

const ask = (client: Client, body: { readonly prompt: string; readonly schema?: typeof SCHEMA }) =>
  client.call("POST /api/v1/llm/complete", { query: {}, body: { ...body, temperature: 0 } });

/** Asks the language model twice, without a schema and with one. Each costs a few tokens. */
export async function* checkModel(client: Client): AsyncGenerator<Check> {
  try {
    const { duration_ms, usage } = await ask(client, { prompt: "Answer with the word: ready" });
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
    const { learnt } = await ask(client, {
      prompt: "Answer with the JSON object that says you are ready.",
      schema: SCHEMA,
    });
    yield ok("model, with a schema", learnt.length === 0 ? "takes response_format as it is sent" : learnt.join("; "));
  } catch (error) {
    yield warn(
      "model, with a schema",
      reportError(error).line,
      "normalize and keywords need JSON: a larger model, or LLM_RESPONSE_FORMAT.",
    );
  }
}
