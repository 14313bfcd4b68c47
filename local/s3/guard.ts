/**
 * Stands before the emulator's S3: takes large bodies, and refuses what S3 would refuse by signature, time or policy.
 *
 * @module
 */

import type { Access } from "../iam/access.ts";
import type { Credentials } from "../services/credentials.ts";
import type { Emulator } from "../services/emulator.ts";
import { ACCOUNT, MAX_BODY_BYTES } from "../services/guard-server.ts";
import { type CredentialScope, isForS3, isSignedBy, parseAmzDate, parseCredential } from "../services/sigv4.ts";
import { checkPost } from "./post-policy.ts";
import { presignedStringToSign } from "./presigned.ts";
import { S3Refusal } from "./refusal.ts";

const NOT_AWS_PROTOCOLS = /^(?!application\/x-(amz-json|www-form-urlencoded))/;

/** Who is let in. */
export interface S3GuardOptions {
  readonly credentials: Credentials;
  /** Decides what functions may do, and with that the links and forms that they signed. */
  readonly access?: Access | undefined;
}

interface S3Request {
  readonly method: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly params: unknown;
  readonly body: unknown;
}

/** Checks requests to the S3 emulator that it would accept unchecked. */
export function guardS3({ app }: Pick<Emulator, "app">, options: S3GuardOptions): void {
  app.addContentTypeParser(
    NOT_AWS_PROTOCOLS,
    // The emulator's own limit of 11 MB is for parts of a multipart upload.
    { parseAs: "buffer", bodyLimit: MAX_BODY_BYTES },
    (_request: unknown, body: Buffer, done: (error: null, body: Buffer) => void) => done(null, body),
  );
  app.addHook("preHandler", async (request, reply) => {
    const bucket = bucketOf(request);
    try {
      await check(request, bucket, options);
    } catch (error) {
      if (!(error instanceof S3Refusal)) throw error;
      reply.header("content-type", "application/xml").status(error.status);
      return reply.send(request.method === "HEAD" ? undefined : error.toXml());
    }
  });
}

/** undefined for requests that are not S3's, such as those to SQS. */
export function bucketOf({ params }: Pick<S3Request, "params">): string | undefined {
  if (typeof params !== "object" || params === null || !("bucket" in params)) return undefined;
  return String(params.bucket);
}

async function check(
  request: S3Request,
  bucket: string | undefined,
  { credentials, access }: S3GuardOptions,
): Promise<void> {
  // Signed in its header: it was checked before it came here.
  if (headerOf(request, "authorization") !== "") return;
  if (bucket === undefined) throw new S3Refusal(403, "AccessDenied", "Access Denied");
  const type = headerOf(request, "content-type");
  if (request.method === "POST" && type.startsWith("multipart/form-data")) {
    const scope = checkPost({ bucket, ...(await readForm(request.body, type)) }, credentials);
    requireAccess(access, scope, request);
  } else {
    requireAccess(access, checkPresigned(request, credentials), request);
  }
}

/** A presigned request may do what the signer may do when it comes. @throws S3Refusal */
function requireAccess(
  access: Access | undefined,
  { accessKeyId, service, region }: CredentialScope,
  request: S3Request,
) {
  const { method, url, body } = request;
  const refusal = access?.refusal(accessKeyId, {
    ...{ service, region, account: ACCOUNT, method, url, target: "" },
    contentType: headerOf(request, "content-type"),
    body: Buffer.isBuffer(body) ? body : Buffer.alloc(0),
  });
  if (refusal !== undefined) throw new S3Refusal(403, "AccessDenied", refusal);
}

/**
 * @returns who signed it
 * @throws S3Refusal for a request that is not signed, or no longer, or otherwise than it was sent
 */
function checkPresigned(request: S3Request, credentials: Credentials, now = Date.now()): CredentialScope {
  const [path = "", search = ""] = request.url.split("?");
  const query = new URLSearchParams(search);
  const scope = parseCredential(query.get("X-Amz-Credential") ?? "");
  if (!isForS3(scope)) throw new S3Refusal(403, "AccessDenied", "Access Denied");
  const end = parseAmzDate(query.get("X-Amz-Date") ?? "") + Number(query.get("X-Amz-Expires")) * 1_000;
  if (!(end > now)) throw new S3Refusal(403, "AccessDenied", "Request has expired");
  const header = (name: string) => headerOf(request, name);
  const stringToSign = presignedStringToSign({ method: request.method, path, query, header }, scope);
  if (isSignedBy(credentials, { scope, stringToSign, signature: query.get("X-Amz-Signature") ?? "" })) return scope;
  throw new S3Refusal(
    403,
    "SignatureDoesNotMatch",
    "The request signature we calculated does not match the signature you provided.",
  );
}

const headerOf = ({ headers }: Pick<S3Request, "headers">, name: string): string => {
  const value = headers[name];
  return Array.isArray(value) ? value.join(",") : (value ?? "");
};

async function readForm(body: unknown, type: string): Promise<{ fields: Map<string, string>; size: number }> {
  const fields = new Map<string, string>();
  let form: FormData;
  try {
    form = await new Response(Buffer.isBuffer(body) ? new Uint8Array(body) : "", {
      headers: { "content-type": type },
    }).formData();
  } catch {
    throw new S3Refusal(
      400,
      "MalformedPOSTRequest",
      "The body of your POST request is not well-formed multipart/form-data.",
    );
  }
  for (const [name, value] of form) {
    if (typeof value !== "string") return { fields, size: value.size };
    // S3 ignores what comes after the file, and a file may come as plain text.
    if (name === "file") return { fields, size: Buffer.byteLength(value) };
    fields.set(name, value);
  }
  throw new S3Refusal(400, "InvalidArgument", "POST requires exactly one file upload per request.");
}
