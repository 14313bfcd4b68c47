import type { RefObject } from "preact";
import { useLayoutEffect, useRef } from "preact/hooks";

/**
 * Keeps the present entry of a row of links in sight: on small screens there are more than fit.
 * @param current names it; another one is scrolled to
 */
export function useCurrentInView(current: string | undefined): RefObject<HTMLElement | null> {
  const links = useRef<HTMLElement>(null);
  useLayoutEffect(() => {
    const row = links.current;
    const entry = row?.querySelector("[aria-current]")?.getBoundingClientRect();
    if (!row || !entry) return;
    // Sideways alone: where the entries are in a column, the page stays where it is.
    const { left, width } = row.getBoundingClientRect();
    row.scrollLeft += entry.left + entry.width / 2 - (left + width / 2);
  }, [current]);
  return links;
}
