import { useEffect } from "preact/hooks";
import { call } from "../api/call.ts";
import { identity } from "../api/identity.ts";
import { usePoll } from "./use-poll.ts";

/** Finds out what the key may do, once, or as soon as the API answers: a reloaded page knows the key alone. */
export function useIdentity(): void {
  const { data } = usePoll((signal) => call("GET /api/v1/keys/own", { signal }), { key: "own key", every: 0 });
  useEffect(() => {
    if (data) identity.set(data);
  }, [data]);
}
