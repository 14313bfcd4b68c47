/**
 * Synthesizes the stacks in process, with a placeholder instead of the functions' bundles, and finds resources in them.
 *
 * @module
 */

import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { App, type Stack } from "aws-cdk-lib";
import { Template } from "aws-cdk-lib/assertions";
import { Code } from "aws-cdk-lib/aws-lambda";
import { z } from "zod";
import cdk from "../../cdk.json" with { type: "json" };
import { catalog } from "../../contracts/catalog.ts";
import type { QueueDefinition } from "../../contracts/queues.ts";
import { readConfig } from "../../infra/config.ts";
import { addStage } from "../../infra/stage.ts";

const resourceSchema = z.looseObject({
  Type: z.string(),
  Properties: z.record(z.string(), z.unknown()).default({}),
  DeletionPolicy: z.string().optional(),
  UpdateReplacePolicy: z.string().optional(),
});

export interface Resource {
  readonly id: string;
  readonly stack: string;
  readonly type: string;
  readonly properties: Record<string, unknown>;
  readonly deletionPolicy: string | undefined;
  readonly updateReplacePolicy: string | undefined;
}

export interface Synthesized {
  readonly app: App;
  readonly stacks: readonly Stack[];
  readonly resources: readonly Resource[];
  ofType(type: string): Resource[];
  /** The resource that a `Ref`, `Fn::GetAtt` or `Fn::ImportValue` points to. */
  target(from: Resource, reference: unknown): Resource;
}

const placeholder = mkdtempSync(join(tmpdir(), "sluice-infra-"));
writeFileSync(join(placeholder, "index.mjs"), "export const handler = async () => {};\n");

export function synthesize(
  env: Record<string, string> = {},
  queues: readonly QueueDefinition[] = catalog.queues,
  code = () => Code.fromAsset(placeholder),
): Synthesized {
  const app = new App({ context: cdk.context, outdir: mkdtempSync(join(tmpdir(), "sluice-cdk-")) });
  const stage = addStage(app, { config: readConfig({ SLUICE_FAMILIES: "all", ...env }), code, queues });
  const stacks = Object.values(stage);
  const resources = stacks.flatMap((stack) =>
    Object.entries(Template.fromStack(stack).toJSON().Resources ?? {}).map(([id, raw]) => {
      const parsed = resourceSchema.parse(raw);
      return {
        ...{ id, stack: stack.stackName, type: parsed.Type, properties: parsed.Properties },
        deletionPolicy: parsed.DeletionPolicy,
        updateReplacePolicy: parsed.UpdateReplacePolicy,
      };
    }),
  );
  const exported = exportsOf(stacks);
  return {
    ...{ app, stacks, resources },
    ofType: (type) => resources.filter((resource) => resource.type === type),
    target(from, reference) {
      const imported = exported.get(importSchema.safeParse(reference).data);
      const { stack, value } = imported ?? { stack: from.stack, value: reference };
      const id = referenceSchema.parse(value);
      const found = resources.find((resource) => resource.stack === stack && resource.id === id);
      if (!found) throw new Error(`${from.id} refers to ${id}, which ${stack} does not hold.`);
      return found;
    },
  };
}

/** What a stack exports: by name, the stack and the reference. */
const exportsSchema = z.record(
  z.string(),
  z.object({ Value: z.unknown(), Export: z.object({ Name: z.unknown() }).optional() }),
);

function exportsOf(stacks: readonly Stack[]): Map<unknown, { stack: string; value: unknown }> {
  return new Map(
    stacks.flatMap((stack) =>
      Object.values(exportsSchema.parse(Template.fromStack(stack).toJSON().Outputs ?? {})).flatMap((output) =>
        output.Export ? [[output.Export.Name, { stack: stack.stackName, value: output.Value }] as const] : [],
      ),
    ),
  );
}

const importSchema = z.object({ "Fn::ImportValue": z.string() }).transform((value) => value["Fn::ImportValue"]);
const referenceSchema = z
  .union([z.object({ Ref: z.string() }), z.object({ "Fn::GetAtt": z.tuple([z.string(), z.string()]) })])
  .transform((value) => ("Ref" in value ? value.Ref : value["Fn::GetAtt"][0]));
