/**
 * In one item of a list, what the other fields left over is the name of the thing.
 *
 * @module
 */

import type { Field } from "../fields.ts";
import type { Reading, Span } from "../reading.ts";

const NAMING: ReadonlySet<string> = new Set(["product", "name", "title", "description"]);
const LEAD = /^[\s\p{P}]*(?:(?:x|×|mal|times|of|units? of|pieces? of|stück|stk\.?)\s+)?/iu;
const TAIL = /[\s\p{P}]*(?:\s(?:for|at|à|je|each|zu|für))?[\s\p{P}]*$/iu;

interface RemainderOptions {
  /** What the other fields took. */
  readonly used: readonly Span[];
  set(field: Field, text: string): void;
  isSet(field: Field): boolean;
}

/** What is left of the text when the other fields are filled. */
export function remainder(fields: readonly Field[], reading: Reading, { used, set, isSet }: RemainderOptions): void {
  const texts = fields.filter((field) => field.type === "string" && field.schema.format === undefined);
  const target =
    texts.find((field) => NAMING.has(field.concept?.key ?? "")) ?? (texts.length === 1 ? texts[0] : undefined);
  if (!target || isSet(target)) return;
  let rest = reading.text;
  for (const { start, end } of [...used].sort((a, b) => b.start - a.start))
    rest = `${rest.slice(0, start)} ${rest.slice(end)}`;
  const text = rest.replace(LEAD, "").replace(TAIL, "").replace(/\s+/g, " ").trim();
  if (/\p{L}/u.test(text)) set(target, text);
}
