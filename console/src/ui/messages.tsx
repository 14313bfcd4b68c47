/**
 * Messages in place of a page's content.
 *
 * @module
 */

import type { ComponentChildren } from "preact";
import { ApiError, messageOf } from "../api/errors.ts";
import type { Polled } from "../live/use-poll.ts";
import { Button } from "./button.tsx";

interface EmptyProps {
  readonly title: string;
  /** What to do now. */
  readonly children?: ComponentChildren;
}

/** Says why there is nothing to show. */
export function Empty({ title, children }: EmptyProps) {
  return (
    <div class="empty">
      <p class="empty-title">{title}</p>
      {children && <div class="muted">{children}</div>}
    </div>
  );
}

/** A load that failed, with a way to try again. */
function Failed({ error, retry }: { readonly error: unknown; readonly retry: () => void }) {
  const missingScope = error instanceof ApiError && error.status === 403;
  return (
    <div class="empty" role="alert">
      <p class="empty-title">{missingScope ? "This key may not see this." : "This could not be loaded."}</p>
      <p class="muted">{messageOf(error)}</p>
      {missingScope ? (
        <p class="muted">Sign in with a key that has the scope, or ask an administrator for one.</p>
      ) : (
        <Button icon="retry" onClick={retry}>
          Try again
        </Button>
      )}
    </div>
  );
}

/** Says that a page is not there yet. */
export const Loading = () => (
  <div class="empty muted" role="status">
    Loading …
  </div>
);

/** The banner says so once, for the whole page. */
const isOffline = (error: unknown): boolean => error instanceof ApiError && error.kind === "offline";

interface LoadedProps<T> {
  readonly polled: Polled<T>;
  readonly children: (data: T) => ComponentChildren;
}

/** What was loaded; until then that it loads, or why it cannot be. Data that is there stays when a later poll fails. */
export function Loaded<T>({ polled, children }: LoadedProps<T>) {
  if (polled.data !== undefined) {
    return (
      <>
        {polled.error !== undefined && !isOffline(polled.error) && (
          <p class="callout callout-bad" role="status">
            Not up to date: {messageOf(polled.error)}
          </p>
        )}
        {children(polled.data)}
      </>
    );
  }
  return polled.error === undefined ? <Loading /> : <Failed error={polled.error} retry={polled.refresh} />;
}
