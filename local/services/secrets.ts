import { createServer } from "node:http";
import { z } from "zod";

/** Secrets Manager as far as a function needs it: GetSecretValue of secrets that the stack was started with. */

export interface Secrets {
  readonly url: string;
  close(): Promise<void>;
}

const requestSchema = z.object({ SecretId: z.string() });

const reply = (secrets: ReadonlyMap<string, string>, target: string | undefined, body: string) => {
  if (target !== "secretsmanager.GetSecretValue") {
    return { status: 400, body: { __type: "InvalidRequestException", message: `${target} is not served here.` } };
  }
  const { SecretId } = requestSchema.parse(JSON.parse(body));
  const value = [...secrets].find(([name]) => SecretId === name || SecretId.endsWith(`:secret:${name}`))?.[1];
  if (value === undefined) {
    return { status: 400, body: { __type: "ResourceNotFoundException", message: `There is no secret ${SecretId}.` } };
  }
  const ARN = SecretId.startsWith("arn:")
    ? SecretId
    : `arn:aws:secretsmanager:us-east-1:000000000000:secret:${SecretId}`;
  return { status: 200, body: { ARN, Name: SecretId, SecretString: value, VersionStages: ["AWSCURRENT"] } };
};

/** @param secrets values by name */
export async function startSecrets(secrets: ReadonlyMap<string, string>): Promise<Secrets> {
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
