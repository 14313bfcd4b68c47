import { useRef } from "preact/hooks";

/**
 * A key for a request, the same for as long as the request is: sent again after it failed halfway, it continues where it
 * stopped instead of making everything twice.
 */
export function useIdempotencyKey(): (body: unknown) => string {
  const last = useRef({ request: "", key: "" });
  return (body) => {
    const request = JSON.stringify(body);
    if (request !== last.current.request) last.current = { request, key: randomKey() };
    return last.current.key;
  };
}

/** `randomUUID` is not there on pages that came over plain HTTP from another machine. */
const randomKey = (): string =>
  Array.from(crypto.getRandomValues(new Uint32Array(4)), (part) => part.toString(36)).join("-");
