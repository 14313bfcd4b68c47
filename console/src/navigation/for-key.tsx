import type { ComponentChild } from "preact";
import { identity } from "../api/identity.ts";
import { type Route, titleOf } from "../routing/route.ts";
import { useStore } from "../store.ts";
import { Empty, Loading } from "../ui/messages.tsx";
import { mayOpen, scopeOf } from "./access.ts";

interface ForKeyProps {
  readonly route: Route;
  /** Makes the page. */
  readonly children: () => ComponentChild;
}

/** A page, for keys that may use it; others are told which scope it needs, and nothing is asked for. */
export function ForKey({ route, children }: ForKeyProps) {
  const who = useStore(identity);
  const scope = scopeOf(route.screen);
  if (scope === undefined) return <>{children()}</>;
  if (who === undefined) return <Loading />;
  if (mayOpen(who, route.screen)) return <>{children()}</>;
  return (
    <>
      <header class="page-head">
        <h1 tabIndex={-1}>{titleOf(route)}</h1>
      </header>
      <section class="card">
        <Empty title={`This page needs a key with the scope ${scope}.`}>
          This one is <code>{who.key_id}</code> of project {who.project_id}, for {who.scopes.join(" and ")}.
        </Empty>
      </section>
    </>
  );
}
