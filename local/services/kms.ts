/**
 * KMS as far as functions need it: message authentication codes, by a secret that the functions do not see.
 *
 * @module
 */

import { createHmac, randomBytes, timingSafeEqual } from "node:crypto";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import { dirname } from "node:path";
import { buffer } from "node:stream/consumers";
import { z } from "zod";
import { type Endpoint, listenOnLoopback } from "./endpoint.ts";
import { type GuardOptions, guardServer } from "./guard-server.ts";

const ALGORITHM = "HMAC_SHA_256";
const requestSchema = z.object({
  KeyId: z.string(),
  MacAlgorithm: z.literal(ALGORITHM),
  Message: z.base64(),
  Mac: z.base64().optional(),
});

interface Reply {
  readonly status: number;
  readonly body: unknown;
}

function answer(secret: Uint8Array, target: string | undefined, request: z.infer<typeof requestSchema>): Reply {
  const { KeyId, MacAlgorithm, Message, Mac } = request;
  // One secret for the stack; each key of its template has its own part of it.
  const own = createHmac("sha256", secret).update(`${KeyId}\n`).update(Buffer.from(Message, "base64")).digest();
  if (target === "TrentService.GenerateMac") {
    return { status: 200, body: { KeyId, MacAlgorithm, Mac: own.toString("base64") } };
  }
  if (target === "TrentService.VerifyMac") {
    const given = Buffer.from(Mac ?? "", "base64");
    if (given.length === own.length && timingSafeEqual(given, own))
      return { status: 200, body: { KeyId, MacAlgorithm, MacValid: true } };
    return { status: 400, body: { __type: "KMSInvalidMacException", message: "The code is not valid." } };
  }
  return { status: 400, body: { __type: "UnknownOperationException", message: `${target} is not served here.` } };
}

/** The secret of an earlier run with the same file, or a new one. Jobs outlive a run, so their signatures must. */
async function keepSecret(file: string | undefined): Promise<Uint8Array> {
  const kept = file === undefined ? undefined : await readFile(file).catch(() => undefined);
  if (kept?.length === 32) return kept;
  const secret = randomBytes(32);
  if (file !== undefined) {
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, secret, { mode: 0o600 });
  }
  return secret;
}

/** How the emulated KMS is started. */
export interface KmsOptions {
  /** Where the secret outlives the process; in memory without one. */
  readonly file?: string | undefined;
  /** Who is let in. */
  readonly guard: GuardOptions;
}

/** Starts KMS on a free port of the loopback interface. */
export async function startKms({ file, guard }: KmsOptions): Promise<Endpoint> {
  const secret = await keepSecret(file);
  const server = createServer(async (request, response) => {
    try {
      const parsed = requestSchema.parse(JSON.parse((await buffer(request)).toString()));
      const { status, body } = answer(secret, request.headers["x-amz-target"]?.toString(), parsed);
      response.writeHead(status, { "content-type": "application/x-amz-json-1.1" }).end(JSON.stringify(body));
    } catch (error) {
      const body = { __type: "ValidationException", message: error instanceof Error ? error.message : String(error) };
      response.writeHead(400, { "content-type": "application/x-amz-json-1.1" }).end(JSON.stringify(body));
    }
  });
  guardServer(server, guard);
  return listenOnLoopback(server);
}
