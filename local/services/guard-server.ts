/**
 * Stands before an emulator: the emulators themselves take every request, from whatever page, user or program.
 *
 * @module
 */

import { IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { Access } from "../iam/access.ts";
import type { AwsRequest } from "../iam/aws-request.ts";
import { type AwsFault, awsFault } from "./aws-limits.ts";
import type { Credentials } from "./credentials.ts";
import { type ObserveCall, observeCall } from "./observed-calls.ts";
import { parseCredential, type SignedRequest, scopeOf, signatureFault } from "./sigv4.ts";

/** What S3 takes without the header `Authorization`: presigned requests, which are checked where their form is known. */
export interface PresignedRequests {
  /** True for the origins whose pages may send them. */
  allowsOrigin(origin: string, path: string): boolean;
}

/** Who is let in. */
export interface GuardOptions {
  readonly credentials: Credentials;
  /** Decides what functions may do. Without it, whoever signs may do everything. */
  readonly access?: Access | undefined;
  /** Without them every request has to be signed in its header. */
  readonly presigned?: PresignedRequests;
  /** Is told of each call that is let in by its header. */
  readonly observe?: ObserveCall | undefined;
}

/** The largest object that is taken. */
export const MAX_BODY_BYTES = 256 * 1_024 * 1_024;

/** The account that the emulators put into every ARN. */
export const ACCOUNT = "000000000000";

const DENIED = "AccessDeniedException";

const LOOPBACK = /^(localhost|[\w.-]+\.localhost|127(\.\d{1,3}){3}|\[::1\])(:\d+)?$/i;

/** True for a Host header that names this machine; another one comes from a page whose name was made to point here. */
const isLoopback = (host: string): boolean => LOOPBACK.test(host);

/**
 * Puts itself before the server's own handler, which gets a request once it is known to be signed with the stack's key.
 * Must be called before the server takes requests. Answers 403 to a Host that is not loopback, to a page's Origin and to
 * a request without a right signature.
 */
export function guardServer(server: Server, options: GuardOptions): void {
  const handlers = server.listeners("request");
  server.removeAllListeners("request");
  server.on("request", (request: IncomingMessage, response: ServerResponse) => {
    void admit(request, response, options)
      .then((admitted) => {
        if (!(admitted instanceof IncomingMessage)) return refuse(request, response, admitted);
        for (const handle of handlers) handle.call(server, admitted, response);
      })
      // The client went away while it was sending.
      .catch(() => response.destroy());
  });
}

/** @returns the request with its body to be read, or why it is refused */
async function admit(
  request: IncomingMessage,
  response: ServerResponse,
  options: GuardOptions,
): Promise<IncomingMessage | AwsFault> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  // Read to the end even when it is refused, so that the client gets to see the answer.
  for await (const chunk of request) {
    bytes += chunk.length;
    if (bytes <= MAX_BODY_BYTES) chunks.push(chunk);
  }
  const { credentials, presigned } = options;
  const { method = "GET", url = "/", headers } = request;
  const header = (name: string) => {
    const value = headers[name];
    return Array.isArray(value) ? value.join(",") : (value ?? "");
  };
  if (bytes > MAX_BODY_BYTES) return denied(`At most ${MAX_BODY_BYTES} bytes are taken.`);
  if (!isLoopback(header("host"))) return denied(`The host ${JSON.stringify(header("host"))} is not this machine.`);
  const isPresigned = presigned !== undefined && header("authorization") === "";
  const { origin } = headers;
  if (origin !== undefined && !(isPresigned && presigned.allowsOrigin(origin, url))) {
    return denied(`Pages of ${origin} may not send this request.`);
  }
  const body = Buffer.concat(chunks);
  // The header says who signed a presigned request only later, where its form is known.
  if (isPresigned) return withBody(request, body);
  const fault = signatureFault({ method, url, header, body }, credentials);
  if (fault !== undefined) return denied(fault);
  const call = readCall({ method, url, header, body });
  const { access, observe } = options;
  if (!call) return withBody(request, body);
  return faultOf(call, access) ?? withBody(request, observe ? observeCall(call, response, observe) : body);
}

type Call = AwsRequest & { readonly accessKeyId: string };

function readCall({ header, ...rest }: SignedRequest): Call | undefined {
  const scope = scopeOf(header("authorization"));
  if (!scope) return undefined;
  const { service, region, accessKeyId } = scope;
  const [target, contentType] = [header("x-amz-target"), header("content-type")];
  return { accessKeyId, service, region, account: ACCOUNT, target, contentType, ...rest };
}

/** What AWS would refuse in a request that is signed well. */
function faultOf(call: Call, access: Access | undefined): AwsFault | undefined {
  const refusal = access?.refusal(call.accessKeyId, call);
  if (refusal !== undefined) return denied(refusal);
  return access && awsFault(call, access.tables);
}

const denied = (message: string): AwsFault => ({ code: DENIED, message });

/** A request can be read once: what comes after gets another one, with the same body. */
function withBody(request: IncomingMessage, body: Buffer): IncomingMessage {
  const copy = new IncomingMessage(request.socket);
  const { method, url, httpVersion, httpVersionMajor, httpVersionMinor, headers, rawHeaders } = request;
  Object.assign(copy, { method, url, httpVersion, httpVersionMajor, httpVersionMinor, headers, rawHeaders });
  copy.complete = true;
  if ("content-length" in copy.headers) copy.headers["content-length"] = String(body.length);
  if (body.length > 0) copy.push(body);
  copy.push(null);
  return copy;
}

/** As the service that was meant would put it. */
function refuse(request: IncomingMessage, response: ServerResponse, { code, message }: AwsFault): void {
  const [, credential = ""] = /Credential=([^,\s]+)/.exec(request.headers.authorization ?? "") ?? [];
  const isJson = request.headers["x-amz-target"] !== undefined || parseCredential(credential)?.service !== "s3";
  const [type, body] = isJson
    ? ["application/x-amz-json-1.0", JSON.stringify({ __type: code, message })]
    : [
        "application/xml",
        `<Error><Code>AccessDenied</Code><Message>${message.replaceAll(/[<&]/g, "")}</Message></Error>`,
      ];
  response.writeHead(code === DENIED ? 403 : 400, { "content-type": type, "content-length": Buffer.byteLength(body) });
  response.end(request.method === "HEAD" ? undefined : body);
}
