/**
 * A process that bundles the functions of an application with tasks of its own. Constructs cannot wait, and esbuild's
 * plugins cannot be run without waiting: the stage starts this one and blocks.
 *
 * @module
 */

import { readFileSync } from "node:fs";
import { z } from "zod";
import type { Capability } from "../contracts/define-task.ts";
import { bundleFunctions } from "./bundle.ts";

/** What the stage passes on standard input, as JSON. */
const requestSchema = z.object({
  queues: z.array(
    z.object({
      name: z.string(),
      uses: z.array(z.string()),
      tasks: z.array(z.object({ name: z.string(), scheduled: z.boolean() })),
    }),
  ),
  app: z.object({ entry: z.string(), tasks: z.record(z.string(), z.array(z.string())) }),
  outdir: z.string(),
  languages: z.array(z.string()),
});

/** What the stage passes to its process. */
export type OwnAppRequest = z.input<typeof requestSchema>;

const { queues, ...options } = requestSchema.parse(JSON.parse(readFileSync(0, "utf8")));
try {
  await bundleFunctions({
    ...options,
    queues: queues.map(({ name, uses, tasks }) => ({
      name,
      uses: new Set(uses as Capability[]),
      tasks: tasks.map((task) => ({
        name: task.name,
        ...(task.scheduled && { schedule: { expression: "", input: {} } }),
      })),
    })),
  });
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}
