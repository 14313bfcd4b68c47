/**
 * Settings that single projects have in place of those of all, as one JSON object by project.
 *
 * @module
 */

import type { z } from "zod";

/** Reads the JSON of such a setting. @returns undefined when it does not fit */
export function parseOverrides<Schema extends z.ZodType>(schema: Schema, json: string): z.output<Schema> | undefined {
  try {
    return schema.safeParse(JSON.parse(json)).data;
  } catch {
    return undefined;
  }
}

/** What each project has: its own where it is named, `null` for none, and what is usual for the rest. */
export function withOverrides<Values extends object>(
  usual: Values,
  overrides: Readonly<Record<string, object>> | undefined,
): (tenant: string) => Values {
  const own = new Map(Object.entries(overrides ?? {}));
  return (tenant) => {
    const given = own.get(tenant);
    if (!given) return usual;
    const entries = Object.entries(given).map(([kind, value]) => [kind, value ?? undefined]);
    return { ...usual, ...Object.fromEntries(entries) };
  };
}
