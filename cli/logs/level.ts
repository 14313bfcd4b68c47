/**
 * The level of a log line: of the functions' own, of Lambda's, and of the embedded stack's.
 *
 * @module
 */

import { InvalidArgumentError } from "@commander-js/extra-typings";
import { z } from "zod";

/** The levels, as Powertools for AWS Lambda names them, the least severe first. */
const levels = ["TRACE", "DEBUG", "INFO", "WARN", "ERROR", "CRITICAL"] as const;

/** A level of a log line. */
export type Level = (typeof levels)[number];

/** How others call them. */
const otherNames: Readonly<Record<string, Level>> = { WARNING: "WARN", FATAL: "CRITICAL" };

const lineSchema = z.object({ level: z.string() });
/** `LOG_FORMAT=text`: the time, then the level. */
const TEXT = /^\S+Z ([A-Z]+) /;
/** What Node's runtime writes for Lambda: the time, the request, then the level, between tabs. */
const RUNTIME = /^\S+Z\t\S*\t([A-Z]+)\t/;
/** Lambda's own lines about a request. */
const PLATFORM = /^(INIT_START|START|END|REPORT|XRAY|EXTENSION|TELEMETRY)\b/;
const FAILED_REQUEST = /\tStatus: (error|timeout)\b/;

/** Reads `--level`, in either case. @throws InvalidArgumentError */
export function parseLevel(text: string): Level {
  const level = levels.find((each) => each === text.toUpperCase());
  if (level === undefined) throw new InvalidArgumentError(`There are: ${levels.join(", ").toLowerCase()}.`);
  return level;
}

/** @returns null for a line that has none, such as what a process wrote as it died */
export function levelOf(source: string, text: string): Level | null {
  if (source === "stack") return text.startsWith("warning: ") ? "WARN" : "INFO";
  if (PLATFORM.test(text)) return FAILED_REQUEST.test(text) ? "ERROR" : "INFO";
  return known(TEXT.exec(text)?.[1] ?? RUNTIME.exec(text)?.[1] ?? levelOfJson(text));
}

/**
 * Whether a line is shown. One without a level always is: it is often the reason why a function died.
 * @param least undefined shows all
 */
export const isShown = (level: Level | null, least: Level | undefined): boolean =>
  level === null || least === undefined || levels.indexOf(level) >= levels.indexOf(least);

function known(name: string | undefined): Level | null {
  if (name === undefined) return null;
  return levels.find((each) => each === name) ?? (Object.hasOwn(otherNames, name) ? (otherNames[name] ?? null) : null);
}

function levelOfJson(text: string): string | undefined {
  if (!text.startsWith("{")) return undefined;
  try {
    return lineSchema.safeParse(JSON.parse(text)).data?.level.toUpperCase();
  } catch {
    return undefined;
  }
}
