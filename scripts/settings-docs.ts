/**
 * Writes docs/settings.md and .env.sample from the schemas that parse the settings. Run it as `npm run settings-docs`.
 *
 * @module
 */

import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { catalog } from "../contracts/catalog.ts";
import type { TaskDefinition } from "../contracts/define-task.ts";
import { type SettingGroup, settingGroups } from "../contracts/settings/groups.ts";
import { localSettings } from "../local/options.ts";

/** What Sluice's tasks have declared for themselves. */
export const ownSettings: z.ZodObject = z.object(
  Object.assign({}, ...Object.values<TaskDefinition>(catalog.tasks).map(({ settings }) => settings?.shape)),
);

const groups: readonly SettingGroup[] = [
  ...settingGroups,
  { title: "Single tasks", about: "Settings that single tasks declare in their definition.", schema: ownSettings },
  { title: "This machine", about: "Read by `npm start` and `npm run dev`.", schema: localSettings },
];

const valueSchema = z.looseObject({
  default: z.union([z.string(), z.number(), z.boolean()]).optional(),
  type: z.string().optional(),
  enum: z.array(z.union([z.string(), z.number()])).optional(),
  format: z.string().optional(),
  minimum: z.number().optional(),
  maximum: z.number().optional(),
  exclusiveMinimum: z.number().optional(),
  pattern: z.string().optional(),
  const: z.string().optional(),
});
const propertySchema = valueSchema.extend({ description: z.string(), anyOf: z.array(valueSchema).optional() });
type Value = z.infer<typeof valueSchema> & Partial<Pick<z.infer<typeof propertySchema>, "anyOf">>;
type Property = z.infer<typeof propertySchema>;

function properties(schema: z.ZodObject): [name: string, property: Property][] {
  const { properties: found = {} } = z.toJSONSchema(schema, { io: "output" });
  return Object.entries(found).map(([name, property]) => {
    const parsed = propertySchema.safeParse(property);
    if (!parsed.success) throw new Error(`Setting ${name} cannot be documented: ${z.prettifyError(parsed.error)}`);
    return [name, parsed.data];
  });
}

/** What a setting may be, in words. */
function values({ anyOf, type, enum: options, format, minimum, maximum, exclusiveMinimum, pattern }: Value): string {
  if (options) return options.map((option) => `\`${option}\``).join(", ");
  if (format === "uri") return "URL";
  if (anyOf) return anyOf.map((each) => (each.const === undefined ? values(each) : `\`${each.const}\``)).join(", ");
  if (pattern !== undefined) return `\`${pattern}\``;
  if (type === "boolean") return "`true`, `false`";
  if (type !== "integer" && type !== "number") return "text";
  const kind = type === "integer" ? "whole number" : "number";
  // JSON Schema's bounds of a plain integer are JavaScript's own and say nothing.
  const bounded = (bound: number | undefined) => bound !== undefined && Math.abs(bound) !== Number.MAX_SAFE_INTEGER;
  const from = bounded(minimum)
    ? `${minimum}`
    : exclusiveMinimum !== undefined
      ? `above ${exclusiveMinimum}`
      : undefined;
  const to = bounded(maximum) ? `${maximum}` : undefined;
  if (from !== undefined && to !== undefined) return `${kind}, ${from} to ${to}`;
  if (from !== undefined) return `${kind}, ${from}${from.startsWith("above") ? "" : " or more"}`;
  return to === undefined ? kind : `${kind}, at most ${to}`;
}

/** docs/settings.md */
export function settingsPage(): string {
  const sections = groups.map(({ title, about, schema }) => {
    const rows = properties(schema).map(([name, property]) => {
      const fallback = property.default === undefined ? "" : `\`${property.default}\``;
      const cells = [`\`${name}\``, fallback, values(property), property.description];
      return `| ${cells.map((cell) => cell.replaceAll("|", "\\|").replaceAll("<", "\\<")).join(" | ")} |`;
    });
    return `## ${title}\n\n${about}\n\n| variable | default | values | meaning |\n| --- | --- | --- | --- |\n${rows.join("\n")}\n`;
  });
  return `# Settings

Every setting is an environment variable. Set it when you deploy (\`npm run deploy\`) or start (\`npm start\`) Sluice, or put it
into a file \`.env\` (copy [.env.sample](../.env.sample)); environment variables take precedence over the file. Settings are
validated at once: an invalid value stops the command with an error that names the variable.

Settings whose name contains \`PROJECT\` apply to each tenant, which is called \`project_id\` in the API.

This page is generated from the schemas in \`contracts/\`, \`infra/config.ts\` and \`local/options.ts\` by \`npm run settings-docs\`.

${sections.join("\n")}`;
}

/** .env.sample: every setting with its default, commented out. */
export function envSample(): string {
  const sections = groups.map(({ title, schema }) => {
    const lines = properties(schema).map(
      ([name, property]) => `# ${property.description}\n# ${name}=${property.default ?? ""}\n`,
    );
    return `# --- ${title} ---\n\n${lines.join("\n")}`;
  });
  return `# Copy this file to .env and uncomment the settings that you change. docs/settings.md describes them.\n\n${sections.join("\n")}`;
}

/** The files by path from the repository's root. */
export const settingsFiles: Readonly<Record<string, () => string>> = {
  "docs/settings.md": settingsPage,
  ".env.sample": envSample,
};

if (import.meta.main) {
  for (const [path, render] of Object.entries(settingsFiles)) {
    await writeFile(join(import.meta.dirname, "..", path), render());
    console.log(`wrote ${path}`);
  }
}
