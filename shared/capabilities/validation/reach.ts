/**
 * Whether the pages of sources are there. The addresses are a tenant's, so that each request goes by the guard that webhooks use.
 *
 * @module
 */

import type { UrlCheck } from "../../../contracts/tasks/validation.ts";
import { ForbiddenUrlError, guardedGet, type UrlPolicy } from "../../lib/http/guarded-post.ts";

/** What came of a request. */
export interface Reached {
  readonly reachable: boolean | null;
  readonly status: number | null;
  /** Why the answer is unknown, or that the page does not exist; null for what was reached. */
  readonly message: string | null;
}

/** Which addresses are asked, by the task's setting. */
const policies: Readonly<Record<Exclude<UrlCheck, "off">, UrlPolicy>> = {
  public: { allowHttp: true, allowLoopback: false },
  loopback: { allowHttp: true, allowLoopback: true },
};
const TIMEOUT_MS = 8_000;
const REDIRECTS = 3;
/** Requests at once. */
const PARALLEL = 8;
/** Servers that answer so are there, and do not show pages to programs. */
const REFUSING: ReadonlySet<number> = new Set([401, 403, 405, 406, 429]);

/**
 * Asks for pages, several at once, each address once.
 * @returns what came of each; an address that leads to no public host is not asked
 */
export async function reachAll(
  urls: readonly string[],
  { check, signal }: { readonly check: Exclude<UrlCheck, "off">; readonly signal: AbortSignal },
): Promise<ReadonlyMap<string, Reached>> {
  const reached = new Map<string, Reached>();
  const pending = [...new Set(urls)];
  const work = async () => {
    for (let url = pending.shift(); url !== undefined; url = pending.shift()) {
      signal.throwIfAborted();
      reached.set(url, await reach(url, policies[check], signal));
    }
  };
  await Promise.all(Array.from({ length: PARALLEL }, work));
  return reached;
}

async function reach(url: string, policy: UrlPolicy, signal: AbortSignal): Promise<Reached> {
  let target = url;
  const timeout = AbortSignal.timeout(TIMEOUT_MS);
  try {
    for (let hop = 0; ; hop++) {
      const headers = { "user-agent": "Sluice-Sources/1", accept: "*/*" };
      const { status, location } = await guardedGet({
        url: target,
        policy,
        headers,
        signal: AbortSignal.any([signal, timeout]),
      });
      const next = status >= 300 && status < 400 && location !== undefined ? location : undefined;
      if (next === undefined || !URL.canParse(next, target)) return judged(status);
      if (hop >= REDIRECTS) return { reachable: null, status, message: `It redirects more than ${REDIRECTS} times.` };
      target = new URL(next, target).href;
    }
  } catch (error) {
    signal.throwIfAborted();
    if (error instanceof ForbiddenUrlError) return { reachable: null, status: null, message: error.message };
    if (timeout.aborted)
      return { reachable: false, status: null, message: `It did not answer within ${TIMEOUT_MS / 1_000} s.` };
    const code = error instanceof Error && "code" in error ? ` (${String(error.code)})` : "";
    return { reachable: false, status: null, message: `It could not be reached${code}.` };
  }
}

function judged(status: number): Reached {
  if (status >= 200 && status < 300) return { reachable: true, status, message: null };
  if (REFUSING.has(status))
    return { reachable: null, status, message: `It answered ${status}: it may be there for people.` };
  return { reachable: false, status, message: `It answered ${status}.` };
}
