/**
 * What a server says about an error in its body, whatever the shape.
 *
 * @module
 */

import { stripVTControlCharacters } from "node:util";

const MAX_CHARACTERS = 300;
const MAX_DEPTH = 4;
/** Where servers put the sentence: OpenAI and llama.cpp `error.message`, old vLLM `message`, FastAPI `detail`, Ollama `error`. */
const KEYS = [
  "error",
  "message",
  "detail",
  "msg",
  "Message",
  "errors",
  "error_description",
  "description",
  "title",
  "reason",
  "error_msg",
  "status_msg",
  "base_resp",
];

function sentenceIn(value: unknown, depth = 0): string | undefined {
  if (typeof value === "string") return value.trim() === "" ? undefined : value;
  if (depth > MAX_DEPTH || typeof value !== "object" || value === null) return undefined;
  if (Array.isArray(value)) {
    const sentences = value.slice(0, 3).map((each) => sentenceIn(each, depth + 1));
    return sentences.filter((each) => each !== undefined).join("; ") || undefined;
  }
  for (const key of KEYS) {
    const found = sentenceIn(Reflect.get(value, key), depth + 1);
    if (found === undefined) continue;
    // A gateway quotes its provider: {"message": "Provider returned error", "metadata": {"raw": "..."}}.
    const metadata: unknown = Reflect.get(value, "metadata");
    const raw: unknown = typeof metadata === "object" && metadata !== null ? Reflect.get(metadata, "raw") : undefined;
    if (typeof raw === "string" && raw.trim() !== "") return `${found}: ${sentenceIn(parsed(raw)) ?? raw}`;
    // FastAPI's validation errors say where: {"loc": ["body", "model"], "msg": "field required"}.
    const where: unknown = Reflect.get(value, "loc");
    return Array.isArray(where) ? `${where.join(".")}: ${found}` : found;
  }
  return undefined;
}

function parsed(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
}

/** An address with a name and password in it, which no message may show. */
const USER_INFO = /(\b[a-z][a-z0-9+.-]*:\/\/)[^\s/@]+@/gi;

/** One line, bounded, harmless in a terminal. */
export function bounded(text: string): string {
  const line = stripVTControlCharacters(text)
    .replace(/[\s\p{Cc}]+/gu, " ")
    .trim()
    .toWellFormed();
  const safe = line.replace(USER_INFO, "$1");
  return safe.length > MAX_CHARACTERS ? `${safe.slice(0, MAX_CHARACTERS).toWellFormed()}...` : safe;
}

/**
 * The server's own words on an error.
 * @returns "" when it says nothing
 */
export function serverWords(body: string): string {
  const value = parsed(body);
  if (value !== undefined) return bounded(sentenceIn(value) ?? (typeof value === "object" && value ? body : ""));
  const heading = /<title[^>]*>([^<]*)<\/title>/i.exec(body)?.[1] ?? /<h1[^>]*>([^<]*)<\/h1>/i.exec(body)?.[1];
  if (heading?.trim()) return bounded(heading);
  return bounded(/^\s*</.test(body) ? body.replace(/<[^>]*>/g, " ") : body);
}
