/**
 * A cloud assembly that a test changes before the embedded stack runs it.
 *
 * @module
 */

import { cp, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { z } from "zod";
import { catalog } from "../../contracts/catalog.ts";
import { bundleFunctions, functionFolder } from "../../infra/bundle.ts";
import { synthesize } from "../../local/synth.ts";

const resourceSchema = z.object({ Type: z.string(), Properties: z.record(z.string(), z.unknown()).optional() });
const templateSchema = z.looseObject({ Resources: z.record(z.string(), resourceSchema) });
const environmentSchema = z.object({ Variables: z.record(z.string(), z.unknown()) });
const functionSchema = z.object({
  FunctionName: z.string(),
  Code: z.object({ S3Key: z.string() }),
  Environment: environmentSchema,
});

export type AssemblyResources = z.infer<typeof templateSchema>["Resources"];

export class Assembly {
  readonly directory: string;

  /** Synthesizes the real app with these settings. */
  static async synthesize(settings: Record<string, string> = {}): Promise<Assembly> {
    const directory = await mkdtemp(join(tmpdir(), "sluice-assembly-"));
    await synthesize(directory, { LOG_FORMAT: "text", ...settings });
    return new Assembly(directory);
  }

  private constructor(directory: string) {
    this.directory = directory;
  }

  /** Changes the template that holds a queue's function. */
  async edit(change: (resources: AssemblyResources) => void): Promise<void> {
    const path = await this.#path("-tasks.template.json");
    const template = templateSchema.parse(JSON.parse(await readFile(path, "utf8")));
    change(template.Resources);
    await writeFile(path, JSON.stringify(template));
  }

  /**
   * Replaces a queue's function by a handler of the tests, bundled as the real ones are.
   * @param environment variables that its function gets beside its own
   */
  async replaceHandler(queue: string, entry: string, environment: Record<string, string> = {}): Promise<void> {
    const outdir = await mkdtemp(join(tmpdir(), "sluice-bundle-"));
    await bundleFunctions({ queues: catalog.queues, entries: { [queue]: entry }, outdir });
    const asset = `asset.test-${queue}`;
    await cp(functionFolder(queue, outdir), join(this.directory, asset), { recursive: true });
    await rm(outdir, { recursive: true });

    await this.edit((resources) => {
      for (const resource of Object.values(resources)) {
        const parsed = functionSchema.safeParse(resource.Properties);
        if (resource.Type !== "AWS::Lambda::Function" || !parsed.data?.FunctionName.endsWith(`-${queue}`)) continue;
        resource.Properties = {
          ...resource.Properties,
          Code: { ...parsed.data.Code, S3Key: `test-${queue}.zip` },
          Environment: { Variables: { ...parsed.data.Environment.Variables, ...environment } },
        };
      }
    });
    const path = await this.#path("-tasks.assets.json");
    const assets = z
      .looseObject({ files: z.record(z.string(), z.unknown()) })
      .parse(JSON.parse(await readFile(path, "utf8")));
    assets.files[`test-${queue}`] = {
      source: { path: asset, packaging: "zip" },
      destinations: { local: { bucketName: "assets", objectKey: `test-${queue}.zip` } },
    };
    await writeFile(path, JSON.stringify(assets));
  }

  /** Lets the function of a queue do more: a handler of the tests may do what none of the queue's own tasks does. */
  async allow(queue: string, actions: readonly string[]): Promise<void> {
    const { data: role } = z
      .object({ "Fn::GetAtt": z.tuple([z.string(), z.literal("Arn")]) })
      .safeParse(await this.#roleOf(queue));
    await this.edit((resources) => {
      resources[`TestsMayDoMoreOn${queue}`] = {
        Type: "AWS::IAM::Policy",
        Properties: {
          PolicyDocument: { Statement: [{ Effect: "Allow", Action: actions, Resource: "*" }] },
          Roles: [{ Ref: role?.["Fn::GetAtt"][0] }],
        },
      };
    });
  }

  /** Gives every function of the stage these variables beside its own. */
  async setEnvironment(variables: Readonly<Record<string, string>>): Promise<void> {
    const templates = (await readdir(this.directory)).filter((name) => name.endsWith(".template.json"));
    for (const path of templates.map((name) => join(this.directory, name))) {
      const template = templateSchema.parse(JSON.parse(await readFile(path, "utf8")));
      for (const { Type, Properties = {} } of Object.values(template.Resources)) {
        if (Type !== "AWS::Lambda::Function") continue;
        const { data } = environmentSchema.safeParse(Properties.Environment);
        Properties.Environment = { Variables: { ...data?.Variables, ...variables } };
      }
      await writeFile(path, JSON.stringify(template));
    }
  }

  async #roleOf(queue: string): Promise<unknown> {
    let role: unknown;
    await this.edit((resources) => {
      role = Object.values(resources).find(
        ({ Type, Properties }) =>
          Type === "AWS::Lambda::Function" && String(Properties?.FunctionName).endsWith(`-${queue}`),
      )?.Properties?.Role;
    });
    return role;
  }

  remove(): Promise<void> {
    return rm(this.directory, { recursive: true, force: true });
  }

  async #path(ending: string): Promise<string> {
    const file = (await readdir(this.directory)).find((name) => name.endsWith(ending));
    if (!file) throw new Error(`The assembly has no file *${ending}.`);
    return join(this.directory, file);
  }
}
