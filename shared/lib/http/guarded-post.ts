/**
 * Requests to URLs that tenants give. The address is checked where the connection is made, so that a name that
 * resolves to another address the second time (DNS rebinding) gains nothing.
 *
 * @module
 */

import { lookup as dnsLookup, type LookupAddress } from "node:dns";
import { request as httpRequest, type IncomingMessage, type RequestOptions } from "node:http";
import { request as httpsRequest } from "node:https";
import { isIP } from "node:net";
import { isLoopbackAddress, isPublicAddress } from "./public-address.ts";

/** A URL leads where no tenant's URL may lead, or is not of the form that is accepted. */
export class ForbiddenUrlError extends Error {
  override readonly name = "ForbiddenUrlError";
}

/** Which URLs are accepted beside https to public addresses. */
export interface UrlPolicy {
  /** http too. */
  readonly allowHttp: boolean;
  /** This machine's loopback interface too, by http or https: for local development alone. */
  readonly allowLoopback: boolean;
}

/** Longest URL that is accepted, in characters. */
const MAX_URL_CHARACTERS = 2_048;

const isAllowed = (address: string, { allowLoopback }: UrlPolicy): boolean =>
  isPublicAddress(address) || (allowLoopback && isLoopbackAddress(address));

/** A name may end in the dot of the root, which changes nothing about where it leads. */
const hostOf = ({ hostname }: URL): string => hostname.replace(/^\[|\]$|\.$/g, "");

/**
 * Checks what can be seen of a URL without resolving its name. Every spelling of an IPv4 address (decimal, hexadecimal,
 * octal, shortened) is normalized by the URL parser before it is checked.
 * @throws ForbiddenUrlError that says what is wrong; it never repeats a password
 */
export function checkUrl(text: string, policy: UrlPolicy): URL {
  if (text.length > MAX_URL_CHARACTERS) {
    throw new ForbiddenUrlError(`The URL has ${text.length} characters; at most ${MAX_URL_CHARACTERS} are accepted.`);
  }
  if (!URL.canParse(text)) throw new ForbiddenUrlError("The URL cannot be parsed.");
  const url = new URL(text);
  if (url.username !== "" || url.password !== "") {
    throw new ForbiddenUrlError("The URL must not contain a user name or password.");
  }
  const host = hostOf(url);
  const isLocal = host === "localhost" || host.endsWith(".localhost") || isLoopbackAddress(host);
  const allowsHttp = policy.allowHttp || (policy.allowLoopback && isLocal);
  if (url.protocol !== "https:" && !(url.protocol === "http:" && allowsHttp)) {
    throw new ForbiddenUrlError(`The URL must begin with https://, not with ${url.protocol}//.`);
  }
  if (host === "" || (isIP(host) !== 0 ? !isAllowed(host, policy) : isLocal && !policy.allowLoopback)) {
    throw new ForbiddenUrlError(`The URL must lead to a public address, not to ${url.hostname || "nowhere"}.`);
  }
  url.hash = "";
  return url;
}

/** Resolves a name to all its addresses, as `dns.lookup` does with `all: true`. */
export type Resolve = (hostname: string) => Promise<readonly LookupAddress[]>;

const resolveName: Resolve = (hostname) =>
  new Promise((resolve, reject) =>
    dnsLookup(hostname, { all: true }, (error, addresses) => (error ? reject(error) : resolve(addresses))),
  );

/** `lookup` option of a socket that gives it none but allowed addresses. One forbidden address refuses the name. */
function guardedLookup(policy: UrlPolicy, resolve: Resolve): NonNullable<RequestOptions["lookup"]> {
  return (hostname, options, callback) => {
    resolve(hostname).then(
      (addresses) => {
        const forbidden = addresses.find(({ address }) => !isAllowed(address, policy));
        const first = addresses[0];
        if (forbidden || !first) {
          const where = forbidden
            ? `resolves to ${forbidden.address}, which is not a public address`
            : "has no address";
          callback(new ForbiddenUrlError(`The host ${hostname} ${where}.`), [], 0);
        } else if (options.all) callback(null, [...addresses]);
        else callback(null, first.address, first.family);
      },
      (error: NodeJS.ErrnoException) => callback(error, [], 0),
    );
  };
}

/** A request to a URL that a tenant gave. */
export interface GuardedGet {
  readonly url: string;
  readonly policy: UrlPolicy;
  readonly headers: Readonly<Record<string, string>>;
  /** Aborts the request wherever it is. */
  readonly signal: AbortSignal;
  /** How names are resolved; the system's resolver when left out. */
  readonly resolve?: Resolve;
}

/** A request with a body. */
export interface GuardedPost extends GuardedGet {
  readonly body: string;
}

/** An answer; its body is read only to its end or to {@link MAX_ANSWER_BYTES}, and thrown away. */
export interface GuardedAnswer {
  readonly status: number;
  readonly retryAfter: string | undefined;
  /** Where a redirect leads to. */
  readonly location: string | undefined;
}

/** After so many bytes of an answer the connection is closed. */
export const MAX_ANSWER_BYTES = 64 * 1_024;

/** Reads an answer to its end, so that the receiver sees an orderly close. */
async function drain(response: IncomingMessage): Promise<void> {
  let bytes = 0;
  for await (const chunk of response as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > MAX_ANSWER_BYTES) break;
  }
}

/**
 * Posts to a URL that a tenant gave, without following redirects, over a connection of its own.
 * @throws ForbiddenUrlError when the URL or an address that its host resolves to is not allowed
 * @throws Error of the connection, or the signal's reason
 */
export const guardedPost = (post: GuardedPost): Promise<GuardedAnswer> =>
  send("POST", { ...post, headers: { ...post.headers, "content-length": String(Buffer.byteLength(post.body)) } });

/** Gets from a URL that a tenant gave, as {@link guardedPost} posts. */
export const guardedGet = (get: GuardedGet): Promise<GuardedAnswer> => send("GET", { ...get, body: "" });

async function send(method: "GET" | "POST", given: GuardedPost): Promise<GuardedAnswer> {
  const { policy, body, signal, headers } = given;
  const url = checkUrl(given.url, policy);
  const open = url.protocol === "https:" ? httpsRequest : httpRequest;
  const response = await new Promise<IncomingMessage>((resolve, reject) => {
    const request = open(url, {
      method,
      headers,
      agent: false,
      signal,
      lookup: guardedLookup(policy, given.resolve ?? resolveName),
    });
    request.on("socket", (socket) =>
      socket.once("connect", () => {
        const address = socket.remoteAddress;
        if (address === undefined || isAllowed(address, policy)) return;
        request.destroy(new ForbiddenUrlError(`The connection went to ${address}, which is not a public address.`));
      }),
    );
    request.on("response", resolve);
    request.on("error", reject);
    request.end(body);
  }).catch((error: unknown) => {
    throw signal.aborted ? signal.reason : error;
  });
  await drain(response).catch(() => undefined);
  response.destroy();
  return {
    status: response.statusCode ?? 0,
    retryAfter: response.headers["retry-after"],
    location: response.headers.location,
  };
}
