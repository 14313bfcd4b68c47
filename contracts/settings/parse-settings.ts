import type { z } from "zod";

/**
 * Reads settings from an environment.
 * @throws Error that names every variable that does not fit, and why
 */
export function parseSettings<Schema extends z.ZodType>(
  schema: Schema,
  env: Record<string, string | undefined>,
): z.output<Schema> {
  const parsed = schema.safeParse(env);
  if (parsed.success) return parsed.data;
  const faults = parsed.error.issues.map((issue) => `${issue.path.join(".")}: ${issue.message}`);
  throw new Error(`Invalid settings:\n  ${faults.join("\n  ")}`);
}
