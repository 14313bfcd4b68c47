/**
 * Structured logs: JSON in CloudWatch, one readable line at a terminal (`LOG_FORMAT=text`).
 *
 * @module
 */

import { Logger } from "@aws-lambda-powertools/logger";
import { printable } from "../../contracts/printable.ts";
import { logSettings } from "../../contracts/settings/logs.ts";
import { parseSettings } from "../../contracts/settings/parse-settings.ts";

const HIDDEN = new Set(["level", "message", "timestamp", "service", "sampling_rate", "cold_start", "function_arn"]);
const FUNCTION_KEYS = new Set(["function_memory_size", "function_name", "function_request_id", "xray_trace_id"]);

class TextLogger extends Logger {
  protected override createLogger(options?: ConstructorParameters<typeof Logger>[0]): Logger {
    return new TextLogger(options);
  }

  protected override printLog(_level: number, log: { getAttributes(): Record<string, unknown> }): void {
    process.stdout.write(`${readableLine(log.getAttributes())}\n`);
  }
}

/** One line for a log item: time, level, message, then what else it carries. */
export function readableLine(attributes: Record<string, unknown>): string {
  const { timestamp, level, message } = attributes;
  const rest = Object.entries(attributes)
    .filter(([key, value]) => !HIDDEN.has(key) && !FUNCTION_KEYS.has(key) && value !== undefined)
    .map(([key, value]) => `${key}=${textOf(value)}`);
  return printable([String(timestamp), String(level).padEnd(5), String(message), ...rest].join(" "));
}

/** An error as its name, its message and where it was thrown, which JSON would leave out. */
function textOf(value: unknown): string {
  if (value instanceof Error) {
    const [, thrownAt = ""] = /^ +(at .+)$/m.exec(value.stack ?? "") ?? [];
    return [`${value.name}: ${value.message}`, thrownAt].filter((part) => part !== "").join(" ");
  }
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}

/**
 * The process's logger. Give each job a child with its ids (`logger.createChild({ persistentKeys })`), because the
 * jobs of a batch run side by side.
 * @param service names the function in each line
 * @throws Error when LOG_LEVEL or LOG_FORMAT does not fit
 */
export function createLogger(service: string, env: Record<string, string | undefined> = process.env): Logger {
  const { LOG_LEVEL, LOG_FORMAT } = parseSettings(logSettings, env);
  const options = { serviceName: service, logLevel: LOG_LEVEL };
  return LOG_FORMAT === "text" ? new TextLogger(options) : new Logger(options);
}

export type { Logger };
