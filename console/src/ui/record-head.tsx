import type { ComponentChildren } from "preact";
import { CopyButton } from "./button.tsx";

interface RecordHeadProps {
  /** `Job`, `Batch`. */
  readonly kind: string;
  readonly id: string;
  /** The way back to the list. */
  readonly back: ComponentChildren;
  /** The state, beside the id. */
  readonly children?: ComponentChildren;
  readonly actions: ComponentChildren;
}

/** The head of the page of one job or batch: the way back, its id, and what can be done with it. */
export function RecordHead({ kind, id, back, children, actions }: RecordHeadProps) {
  return (
    <>
      {back}
      <header class="page-head">
        <div class="job-title">
          <h1 tabIndex={-1}>
            <span class="muted">{kind}</span> <code>{id}</code>
          </h1>
          <CopyButton label="Copy the id" text={() => id} />
          {children}
        </div>
        {actions}
      </header>
    </>
  );
}
