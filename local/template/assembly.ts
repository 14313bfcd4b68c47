/**
 * Reads what `cdk synth` left: the manifest, each stack's template and where its file assets lie.
 *
 * @module
 */

import { readFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { z } from "zod";

const manifestSchema = z.object({
  artifacts: z.record(
    z.string(),
    z.object({
      type: z.string(),
      dependencies: z.array(z.string()).optional(),
      properties: z
        .object({ templateFile: z.string().optional(), stackName: z.string().optional(), file: z.string().optional() })
        .optional(),
    }),
  ),
});

const assetsSchema = z.object({
  files: z.record(
    z.string(),
    z.object({
      source: z.object({ path: z.string().optional(), packaging: z.string().optional() }),
      destinations: z.record(z.string(), z.object({ objectKey: z.string() })),
    }),
  ),
});

const jsonObject = z.record(z.string(), z.json());

/** The parts of a CloudFormation template that the stack reads. */
export const templateSchema = z.object({
  Parameters: z.record(z.string(), z.object({ Type: z.string(), Default: z.json().optional() })).default({}),
  Mappings: z.record(z.string(), z.record(z.string(), jsonObject)).default({}),
  Conditions: jsonObject.default({}),
  Resources: z.record(
    z.string(),
    z.object({
      Type: z.string(),
      Condition: z.string().optional(),
      Properties: jsonObject.default({}),
      Metadata: jsonObject.optional(),
    }),
  ),
  Outputs: z
    .record(
      z.string(),
      z.object({ Value: z.json(), Condition: z.string().optional(), Export: z.object({ Name: z.json() }).optional() }),
    )
    .default({}),
});

/** A CloudFormation template. */
export type Template = z.infer<typeof templateSchema>;

/** A template with the name of its stack. */
export interface StackTemplate {
  readonly name: string;
  readonly template: Template;
}

/** A synthesized cloud assembly: its templates and assets. */
export interface Assembly {
  /** In the order in which they would be deployed. */
  readonly stacks: readonly StackTemplate[];
  /** Absolute path of the file or folder behind an asset's object key. */
  readonly assets: ReadonlyMap<string, string>;
}

const readJson = async (path: string): Promise<unknown> => JSON.parse(await readFile(path, "utf8"));

/**
 * @param directory a cloud assembly, such as `cdk.out`
 * @param stage which of its stages of Sluice; needed when it has several
 * @throws Error when it is not one, or does not have that stage, z.ZodError when a file in it has another shape
 */
export async function readAssembly(directory: string, stage?: string): Promise<Assembly> {
  const manifest = manifestSchema.parse(await readJson(join(directory, "manifest.json")));
  const files: { readonly name: string; readonly file: string }[] = [];
  const assets = new Map<string, string>();
  for (const id of inOrder(manifest.artifacts)) {
    const artifact = manifest.artifacts[id];
    const file = artifact?.properties?.templateFile;
    if (artifact?.type === "aws:cloudformation:stack" && file) {
      files.push({ name: artifact.properties?.stackName ?? id, file });
    }
    if (artifact?.type === "cdk:asset-manifest") {
      const { files } = assetsSchema.parse(await readJson(join(directory, artifact.properties?.file ?? `${id}.json`)));
      for (const { source, destinations } of Object.values(files)) {
        for (const { objectKey } of Object.values(destinations)) {
          if (source.path !== undefined) assets.set(objectKey, resolve(directory, source.path));
        }
      }
    }
  }
  const stacks: StackTemplate[] = [];
  for (const { name, file } of stacksOf(files, stage)) {
    stacks.push({ name, template: templateSchema.parse(await readJson(join(directory, file))) });
  }
  return { stacks, assets };
}

const STACK_NAME = /^sluice-([a-z][a-z0-9]{0,15})-(storage|tasks|api|observability)$/;

/** The stacks of one stage: an application has others beside them, which are not run. All, when none is Sluice's. */
function stacksOf<Stack extends { readonly name: string }>(
  stacks: readonly Stack[],
  wanted: string | undefined,
): readonly Stack[] {
  const byStage = Map.groupBy(stacks, ({ name }) => STACK_NAME.exec(name)?.[1]);
  const stages = [...byStage.keys()].filter((name) => name !== undefined);
  const [only, another] = stages;
  if (only === undefined) return stacks;
  const stage = wanted ?? (another === undefined ? only : undefined);
  const found = stage === undefined ? undefined : byStage.get(stage);
  if (found) return found;
  const missing = stage === undefined ? "Choose one of the app's stages with --stage" : `The app has no stage ${stage}`;
  throw new Error(`${missing}: ${stages.join(", ")}.`);
}

/** Artifact ids, dependencies first. */
function inOrder(artifacts: z.infer<typeof manifestSchema>["artifacts"]): string[] {
  const ordered = new Set<string>();
  const visiting = new Set<string>();
  const visit = (id: string) => {
    if (ordered.has(id) || visiting.has(id)) return;
    visiting.add(id);
    for (const dependency of artifacts[id]?.dependencies ?? []) visit(dependency);
    ordered.add(id);
  };
  for (const id of Object.keys(artifacts)) visit(id);
  return [...ordered];
}
