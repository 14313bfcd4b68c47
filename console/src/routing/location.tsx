/**
 * The page's address as state: links and filters change it, back and forward restore it.
 *
 * @module
 */

import type { ComponentChildren } from "preact";
import { identity } from "../api/identity.ts";
import { createStore, useStore } from "../store.ts";
import { hrefOf, readRoute } from "./address.ts";
import { keepProject } from "./keep-project.ts";
import { type Route, titleOf } from "./route.ts";

const read = (): Route => readRoute(location.pathname, location.search);

const route = createStore<Route>(read());
/** Where to scroll to once the next page is drawn. */
let pendingScroll: number | undefined;

history.scrollRestoration = "manual";
addEventListener("popstate", (event) => {
  const state: unknown = event.state;
  pendingScroll = typeof state === "object" && state !== null && "scroll" in state ? Number(state.scroll) : 0;
  route.set(read());
});

/** The present route, as the address says. */
export const useRoute = (): Route => useStore(route);

/** Options of {@link navigate}. */
export interface NavigateOptions {
  /** Changes the entry in the history instead of adding one: for what is typed letter by letter. */
  readonly replace?: boolean;
}

/** A route as a link leads there, with the project that was chosen. */
const inProject = (to: Route): Route => keepProject(to, { chosen: route.get().project, who: identity.get() });

/** Goes to a route, in the project that was chosen, and writes it into the address. */
export function navigate(target: Route, { replace = false }: NavigateOptions = {}): void {
  const to = inProject(target);
  const href = hrefOf(to);
  if (href === location.pathname + location.search) return;
  if (replace) history.replaceState(history.state, "", href);
  else {
    history.replaceState({ scroll: scrollY }, "");
    history.pushState(null, "", href);
    if (to.screen !== route.get().screen) pendingScroll = 0;
  }
  route.set(to);
}

/** Called after a page was drawn. */
export function restoreScroll(): void {
  if (pendingScroll === undefined) return;
  scrollTo(0, pendingScroll);
  pendingScroll = undefined;
}

/** Sets the document's title for a route. */
export function setTitle(shown: Route): void {
  document.title = `${titleOf(shown)} · Sluice`;
}

interface LinkProps {
  readonly to: Route;
  readonly class?: string;
  readonly title?: string | undefined;
  readonly "aria-current"?: "page" | undefined;
  readonly "aria-expanded"?: boolean;
  /** A row that j and k walk to. */
  readonly "data-row"?: boolean;
  readonly children?: ComponentChildren;
}

/** A link within the console, which keeps the project: a real one, so that it opens in a new tab when asked to. */
export function Link({ to, children, ...rest }: LinkProps) {
  const follow = (event: MouseEvent): void => {
    if (event.defaultPrevented || event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey) return;
    event.preventDefault();
    navigate(to);
  };
  return (
    <a {...rest} href={hrefOf(inProject(to))} onClick={follow}>
      {children}
    </a>
  );
}
