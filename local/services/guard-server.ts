/**
 * Stands before an emulator: the emulators themselves take every request, from whatever page, user or program.
 *
 * @module
 */

import { IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { Credentials } from "./credentials.ts";
import { parseCredential, signatureFault } from "./sigv4.ts";

/** What S3 takes without the header `Authorization`: presigned requests, which are checked where their form is known. */
export interface PresignedRequests {
  /** True for the origins whose pages may send them. */
  allowsOrigin(origin: string, path: string): boolean;
}

/** Who is let in. */
export interface GuardOptions {
  readonly credentials: Credentials;
  /** Without them every request has to be signed in its header. */
  readonly presigned?: PresignedRequests;
}

/** The largest object that is taken. */
export const MAX_BODY_BYTES = 256 * 1_024 * 1_024;

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
    void admit(request, options)
      .then((admitted) => {
        if (typeof admitted === "string") return refuse(request, response, admitted);
        for (const handle of handlers) handle.call(server, admitted, response);
      })
      // The client went away while it was sending.
      .catch(() => response.destroy());
  });
}

/** @returns the request with its body to be read, or why it is refused */
async function admit(request: IncomingMessage, options: GuardOptions): Promise<IncomingMessage | string> {
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
  if (bytes > MAX_BODY_BYTES) return `At most ${MAX_BODY_BYTES} bytes are taken.`;
  if (!isLoopback(header("host"))) return `The host ${JSON.stringify(header("host"))} is not this machine.`;
  const isPresigned = presigned !== undefined && header("authorization") === "";
  const { origin } = headers;
  if (origin !== undefined && !(isPresigned && presigned.allowsOrigin(origin, url))) {
    return `Pages of ${origin} may not send this request.`;
  }
  const body = Buffer.concat(chunks);
  const fault = isPresigned ? undefined : signatureFault({ method, url, header, body }, credentials);
  return fault ?? withBody(request, body);
}

/** A request can be read once: what comes after gets another one, with the same body. */
function withBody(request: IncomingMessage, body: Buffer): IncomingMessage {
  const copy = new IncomingMessage(request.socket);
  const { method, url, httpVersion, httpVersionMajor, httpVersionMinor, headers, rawHeaders } = request;
  Object.assign(copy, { method, url, httpVersion, httpVersionMajor, httpVersionMinor, headers, rawHeaders });
  copy.complete = true;
  if (body.length > 0) copy.push(body);
  copy.push(null);
  return copy;
}

/** As the service that was meant would put it. */
function refuse(request: IncomingMessage, response: ServerResponse, message: string): void {
  const [, credential = ""] = /Credential=([^,\s]+)/.exec(request.headers.authorization ?? "") ?? [];
  const isJson = request.headers["x-amz-target"] !== undefined || parseCredential(credential)?.service !== "s3";
  const [type, body] = isJson
    ? ["application/x-amz-json-1.0", JSON.stringify({ __type: "AccessDeniedException", message })]
    : [
        "application/xml",
        `<Error><Code>AccessDenied</Code><Message>${message.replaceAll(/[<&]/g, "")}</Message></Error>`,
      ];
  response.writeHead(403, { "content-type": type, "content-length": Buffer.byteLength(body) });
  response.end(request.method === "HEAD" ? undefined : body);
}
