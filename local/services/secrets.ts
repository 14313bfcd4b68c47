/**
 * Secrets Manager and SSM's parameters as far as a function needs them: what the stack was started with can be read by
 * its name or ARN.
 *
 * @module
 */

import { createServer } from "node:http";
import { z } from "zod";
import type { Credentials } from "./credentials.ts";
import { guardServer } from "./guard-server.ts";

/** The emulator of Secrets Manager and SSM parameters. */
export interface Secrets {
  readonly url: string;
  close(): Promise<void>;
}

type Values = ReadonlyMap<string, string>;

interface Reply {
  readonly status: number;
  readonly body: unknown;
}

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
};

function reply(values: Values, target: string | undefined, body: string): Reply {
  const operation = operations[target ?? ""];
  if (operation) return operation(values, JSON.parse(body));
  return { status: 400, body: { __type: "InvalidRequestException", message: `${target} is not served here.` } };
}

/**
 * @param secrets values by name
 * @param credentials what requests have to be signed with
 */
export async function startSecrets(secrets: ReadonlyMap<string, string>, credentials: Credentials): Promise<Secrets> {
  const server = createServer(async (request, response) => {
    try {
      const chunks: Buffer[] = [];
      for await (const chunk of request) chunks.push(chunk);
      const answer = reply(secrets, request.headers["x-amz-target"]?.toString(), Buffer.concat(chunks).toString());
      response.writeHead(answer.status, { "content-type": "application/x-amz-json-1.1" });
      response.end(JSON.stringify(answer.body));
    } catch (error) {
      response.writeHead(400).end(String(error));
    }
  });
  guardServer(server, { credentials });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("The secrets endpoint has no port.");
  return {
    url: `http://127.0.0.1:${address.port}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
