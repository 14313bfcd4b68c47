/**
 * Secrets Manager and SSM's parameters as far as a function needs them: what the stack was started with can be read by
 * its name or ARN.
 *
 * @module
 */

import { readFile, rename, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import { z } from "zod";
import { type Endpoint, listenOnLoopback } from "./endpoint.ts";
import { type GuardOptions, guardServer } from "./guard-server.ts";

/** Values by name; what functions put is kept in the file, if there is one. */
type Values = Map<string, string>;

interface Reply {
  readonly status: number;
  readonly body: unknown;
}

const putParameterSchema = z.object({
  Name: z.string(),
  Type: z.literal("SecureString"),
  Value: z.string().max(4_096),
  Overwrite: z.boolean().default(false),
});

const parametersByPathSchema = z.object({
  Path: z.string(),
  MaxResults: z.int().min(1).max(10).default(10),
  NextToken: z.string().regex(/^\d+$/).optional(),
});

/** What changes the values. */
const writes: ReadonlySet<string> = new Set(["AmazonSSM.PutParameter", "AmazonSSM.DeleteParameter"]);

const ARN = "arn:aws";
const WHERE = "us-east-1:000000000000";

const missing = (__type: string, name: string): Reply => ({
  status: 400,
  body: { __type, message: `There is no ${name}.` },
});

const operations: Record<string, (values: Values, request: unknown) => Reply> = {
  "secretsmanager.GetSecretValue"(values, request) {
    const { SecretId: id } = z.object({ SecretId: z.string() }).parse(request);
    const value = [...values].find(([name]) => id === name || id.endsWith(`:secret:${name}`))?.[1];
    if (value === undefined) return missing("ResourceNotFoundException", `secret ${id}`);
    const arn = id.startsWith("arn:") ? id : `${ARN}:secretsmanager:${WHERE}:secret:${id}`;
    return { status: 200, body: { ARN: arn, Name: id, SecretString: value, VersionStages: ["AWSCURRENT"] } };
  },
  "AmazonSSM.GetParameter"(values, request) {
    const { Name: name } = z.object({ Name: z.string() }).parse(request);
    // A parameter's ARN leaves out the slash that its name begins with.
    const found = [...values].find(
      ([known]) => name === known || name.endsWith(`:parameter/${known.replace(/^\//, "")}`),
    );
    if (!found) return missing("ParameterNotFound", `parameter ${name}`);
    return { status: 200, body: { Parameter: { Name: found[0], Type: "SecureString", Value: found[1], Version: 1 } } };
  },
  "AmazonSSM.PutParameter"(values, request) {
    const { Name: name, Value: value, Overwrite: overwrite } = putParameterSchema.parse(request);
    if (values.has(name) && !overwrite) {
      return { status: 400, body: { __type: "ParameterAlreadyExists", message: `Parameter ${name} exists.` } };
    }
    values.set(name, value);
    return { status: 200, body: { Version: 1, Tier: "Standard" } };
  },
  "AmazonSSM.DeleteParameter"(values, request) {
    const { Name: name } = z.object({ Name: z.string() }).parse(request);
    return values.delete(name) ? { status: 200, body: {} } : missing("ParameterNotFound", `parameter ${name}`);
  },
  "AmazonSSM.GetParametersByPath"(values, request) {
    const { Path, MaxResults, NextToken = "0" } = parametersByPathSchema.parse(request);
    const path = Path.replace(/\/?$/, "/");
    // Without Recursive, what is deeper is left out.
    const found = [...values].filter(([name]) => name.startsWith(path) && !name.slice(path.length).includes("/"));
    const page = found.slice(Number(NextToken), Number(NextToken) + MaxResults);
    const end = Number(NextToken) + page.length;
    const Parameters = page.map(([Name, Value]) => ({ Name, Type: "SecureString", Value, Version: 1 }));
    return { status: 200, body: { Parameters, ...(end < found.length && { NextToken: String(end) }) } };
  },
};

function reply(values: Values, target: string | undefined, body: string): Reply {
  const operation = operations[target ?? ""];
  if (operation) return operation(values, JSON.parse(body));
  return { status: 400, body: { __type: "InvalidRequestException", message: `${target} is not served here.` } };
}

const keptSchema = z.record(z.string(), z.string());

async function readKept(file: string): Promise<Record<string, string>> {
  const text = await readFile(file, "utf8").catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return "{}";
    throw error;
  });
  return keptSchema.parse(JSON.parse(text));
}

/** What the emulator is started with. */
export interface SecretsOptions {
  /** Values by name, beside what the file holds. */
  readonly secrets: ReadonlyMap<string, string>;
  /** Where parameters that functions put outlive the process; in memory when left out. */
  readonly file?: string | undefined;
  /** Who is let in. */
  readonly guard: GuardOptions;
}

/** Starts the emulator on a free port of the loopback interface. */
export async function startSecrets({ secrets: given, file, guard }: SecretsOptions): Promise<Endpoint> {
  const secrets: Values = new Map([...Object.entries(file === undefined ? {} : await readKept(file)), ...given]);
  let saving = Promise.resolve();
  /** One write after another, each whole: a crash leaves the file before it or after it. */
  const save = (): Promise<void> => {
    if (file === undefined) return saving;
    const kept = Object.fromEntries([...secrets].filter(([name]) => !given.has(name)));
    saving = saving.then(async () => {
      await writeFile(`${file}.new`, JSON.stringify(kept), { mode: 0o600 });
      await rename(`${file}.new`, file);
    });
    return saving;
  };
  const server = createServer(async (request, response) => {
    try {
      const chunks: Buffer[] = [];
      for await (const chunk of request) chunks.push(chunk);
      const target = request.headers["x-amz-target"]?.toString();
      const answer = reply(secrets, target, Buffer.concat(chunks).toString());
      if (writes.has(target ?? "") && answer.status === 200) await save();
      response.writeHead(answer.status, { "content-type": "application/x-amz-json-1.1" });
      response.end(JSON.stringify(answer.body));
    } catch (error) {
      response.writeHead(400).end(String(error));
    }
  });
  guardServer(server, guard);
  return listenOnLoopback(server);
}
