import type { ComponentChildren } from "preact";
import { Link } from "../routing/location.tsx";
import type { JobsRoute } from "../routing/route.ts";
import { CopyButton } from "./button.tsx";
import { Icon } from "./icons.tsx";

interface RecordHeadProps {
  /** `Job`, `Batch`. */
  readonly kind: string;
  readonly id: string;
  /** The state, beside the id. */
  readonly children?: ComponentChildren;
  readonly actions: ComponentChildren;
}

/** The head of the page of one job or batch: the way back, its id, and what can be done with it. */
export function RecordHead({ kind, id, children, actions }: RecordHeadProps) {
  return (
    <>
      <BackToJobs />
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

/** @param to the jobs page with the filters that belong there */
export function BackToJobs({ to = { screen: "jobs" } }: { readonly to?: JobsRoute }) {
  return (
    <p class="crumbs">
      <Link to={to}>
        <Icon name="back" /> Jobs
      </Link>
    </p>
  );
}
