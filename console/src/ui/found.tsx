import type { ComponentChildren } from "preact";
import { ApiError, messageOf } from "../api/errors.ts";
import type { Polled } from "../live/use-poll.ts";
import { Empty, Loaded } from "./messages.tsx";

interface FoundProps<T> {
  readonly label: string;
  readonly polled: Polled<T>;
  /** Why nothing may be found that is there. */
  readonly hint: string;
  readonly children: (matches: T) => ComponentChildren;
}

/** What a search by meaning has found, with what it says of itself; or why this stage has none. */
export function Found<T extends { readonly matches: readonly unknown[]; readonly notice?: string | undefined }>({
  label,
  polled,
  hint,
  children,
}: FoundProps<T>) {
  // Without a vector store there is no such task, which the API says with the settings to change.
  const missing = polled.error instanceof ApiError && polled.error.status === 404 ? polled.error : undefined;
  return (
    <section class="card" aria-label={label}>
      {missing ? (
        <Empty title="This stage has no search.">{messageOf(missing)}</Empty>
      ) : (
        <Loaded polled={polled}>
          {(found) => (
            <>
              {found.notice !== undefined && <p class="callout">{found.notice}</p>}
              {found.matches.length === 0 ? <Empty title="Nothing is found.">{hint}</Empty> : children(found)}
            </>
          )}
        </Loaded>
      )}
    </section>
  );
}
