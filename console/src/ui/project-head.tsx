import type { ComponentChildren } from "preact";
import { navigate } from "../routing/location.tsx";
import type { ProjectRoute, SearchRoute } from "../routing/route.ts";
import { ProjectFilter } from "../screens/jobs/shared-filters.tsx";
import { Button } from "./button.tsx";

interface ProjectHeadProps {
  readonly screen: (ProjectRoute | SearchRoute)["screen"];
  readonly project: string | undefined;
  readonly title: string;
  readonly children?: ComponentChildren;
}

/** The head of a screen that shows one project, which admins choose. */
export function ProjectHead({ title, screen, project, children }: ProjectHeadProps) {
  return (
    <header class="page-head">
      <h1 tabIndex={-1}>{title}</h1>
      <div class="actions">
        <ProjectFilter value={project} choose={(chosen) => navigate({ screen, project: chosen })} />
        {children}
      </div>
    </header>
  );
}

interface PagesProps {
  readonly cursor: string | undefined;
  readonly next: string | null | undefined;
  readonly go: (cursor: string | undefined) => void;
}

/** Newest and older, below a list that has more than one page. */
export function Pages({ cursor, next, go }: PagesProps) {
  if (cursor === undefined && (next ?? undefined) === undefined) return null;
  return (
    <footer class="card-foot">
      <span />
      <div class="actions">
        {cursor !== undefined && <Button onClick={() => go(undefined)}>Newest</Button>}
        <Button disabled={(next ?? undefined) === undefined} onClick={() => go(next ?? undefined)}>
          Older
        </Button>
      </div>
    </footer>
  );
}
