import { AUTO_LANGUAGE } from "../../contracts/tasks/language.ts";
import { normalize } from "../../contracts/tasks/normalize.ts";
import { compileSchema } from "../../shared/capabilities/json-schema/compile-schema.ts";
import { confidenceOf } from "../../shared/capabilities/llm/confidence.ts";
import { languageName } from "../../shared/capabilities/llm/language-name.ts";
import { llmTask } from "../../shared/capabilities/llm/llm-task.ts";
import { asMaterial, MATERIAL_RULE } from "../../shared/capabilities/llm/material.ts";
import { processLlmSettings } from "../../shared/capabilities/llm/process-model.ts";
import { objectOfSchema } from "../../shared/capabilities/llm/reading/object-of-schema.ts";
import { languageOfText } from "../../shared/capabilities/llm/text-language.ts";
import { todayIn } from "../../shared/capabilities/llm/today.ts";

const languageRule = (language: string): string =>
  language === AUTO_LANGUAGE
    ? "Text that you take from the request stays in the language of the request."
    : `The request is in ${languageName(language)}.`;

export const { run } = llmTask(normalize, {
  buildPrompt({ request, schema, language }) {
    // A hostile or broken schema is refused before a token is spent on it.
    compileSchema(schema, "/schema");
    return {
      system:
        "You turn a request into JSON. Answer with one JSON object that validates against the JSON Schema you are given. " +
        "Use only facts that the request states: leave out what it does not state, never guess, never invent. Dates are " +
        `ISO 8601. Today is ${todayIn(processLlmSettings().LLM_TIME_ZONE)}; times are in that zone unless the request names another. ${languageRule(language)} ${MATERIAL_RULE}`,
      prompt:
        `JSON Schema:\n${JSON.stringify(schema)}\n\n${asMaterial("request", request)}\n\n` +
        "Now answer with the JSON object: what the request above states, by the JSON Schema.",
      schema,
    };
  },

  postprocess(answer, { request, schema, language }) {
    const { LLM_TIME_ZONE: name } = processLlmSettings();
    const assumed = new Set<string>();
    const used = () => void assumed.add(name);
    const normalized = objectOfSchema(answer, compileSchema(schema, "/schema"), {
      source: request,
      isTaken: true,
      zone: { name, used },
    });
    return {
      normalized,
      confidence: confidenceOf(normalized, { request, language: languageOfText(language, request) }, schema),
      ...(assumed.size > 0 && { assumed_time_zone: name }),
    };
  },
});
