import { type LlmSettings, temperatureOf } from "../../../../contracts/settings/llm.ts";
import { compileSchema } from "../../json-schema/compile-schema.ts";
import { schemaForGrammar } from "../../json-schema/schema-for-grammar.ts";
import type { Generation } from "../backend.ts";
import type { Capabilities } from "./capabilities.ts";

/** The settings that every request carries. */
export type SamplingSettings = Pick<LlmSettings, "TEMPERATURE" | "TOP_P" | "MAX_TOKENS">;

interface Message {
  readonly role: "system" | "user" | "assistant";
  readonly content: string;
}

/** What of a first answer is sent back with the complaint about it. */
const ANSWER_CHARACTERS = 8_000;

function messagesOf(generation: Generation, { takesSystem, responseFormat }: Capabilities): Message[] {
  const { system, prompt, schema, correction } = generation;
  const needsSchema = schema && responseFormat !== "json_schema" && !prompt.includes(JSON.stringify(schema));
  const user = needsSchema
    ? `${prompt}\n\nAnswer with JSON alone, which validates against this JSON Schema:\n${JSON.stringify(schema)}`
    : prompt;
  const first: Message[] =
    system === "" || takesSystem
      ? [...(system === "" ? [] : [{ role: "system", content: system } as const]), { role: "user", content: user }]
      : [{ role: "user", content: `${system}\n\n${user}` }];
  if (!correction) return first;
  return [
    ...first,
    { role: "assistant", content: correction.answer.slice(0, ANSWER_CHARACTERS).toWellFormed() || "(no answer)" },
    { role: "user", content: correction.complaint },
  ];
}

function responseFormat(schema: Record<string, unknown>, { responseFormat: type, takesPatterns }: Capabilities) {
  if (type === "none") return undefined;
  if (type === "json_object") return { type };
  const sent = schemaForGrammar(compileSchema(schema, "/schema").schema, takesPatterns);
  // OpenAI's strict mode refuses schemas with optional properties; the answer is validated here anyway.
  return { type, json_schema: { name: "output", strict: false, schema: sent } };
}

/** The body of `POST /chat/completions`, as far as the server takes it. */
export function chatRequest(
  generation: Generation,
  options: { readonly model: string; readonly settings: SamplingSettings; readonly capabilities: Capabilities },
): Record<string, unknown> {
  const { model, settings, capabilities } = options;
  const temperature = generation.temperature ?? temperatureOf(settings);
  const { tokensParameter } = capabilities;
  return {
    model,
    messages: messagesOf(generation, capabilities),
    ...(capabilities.takesTemperature && temperature !== undefined && { temperature }),
    ...(capabilities.takesTopP && settings.TOP_P !== undefined && { top_p: settings.TOP_P }),
    ...(tokensParameter !== "none" && { [tokensParameter]: generation.maxTokens ?? settings.MAX_TOKENS }),
    ...(capabilities.streams && { stream: true, stream_options: { include_usage: true } }),
    ...(generation.schema && { response_format: responseFormat(generation.schema, capabilities) }),
  };
}
