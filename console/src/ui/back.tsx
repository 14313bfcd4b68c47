import type { ComponentChildren } from "preact";
import { Link } from "../routing/location.tsx";
import type { Route } from "../routing/route.ts";
import { Icon } from "./icons.tsx";

/** The way back from the page of one record to the list that it is in. */
export function Back({ to, children }: { readonly to: Route; readonly children: ComponentChildren }) {
  return (
    <nav class="crumbs" aria-label="Back">
      <Link to={to}>
        <Icon name="back" /> {children}
      </Link>
    </nav>
  );
}
