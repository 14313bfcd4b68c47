/**
 * Keys: pressed anywhere outside of a field. `g` begins the shortcuts that go to a page.
 *
 * @module
 */

import { useEffect, useRef } from "preact/hooks";
import type { Route } from "../routing/route.ts";

/** The keys that go to a screen after `g`. */
export const goTo: Readonly<Record<string, { readonly name: string; readonly route: Route }>> = {
  o: { name: "Overview", route: { screen: "overview" } },
  t: { name: "Trends", route: { screen: "trends" } },
  j: { name: "Jobs", route: { screen: "jobs" } },
  b: { name: "Batches", route: { screen: "batches" } },
  m: { name: "Model configs", route: { screen: "configs" } },
  s: { name: "Submit", route: { screen: "submit" } },
  d: { name: "Dead letters", route: { screen: "dead-letters" } },
  e: { name: "Escalations", route: { screen: "escalations" } },
  f: { name: "Documents", route: { screen: "documents" } },
  p: { name: "Projects", route: { screen: "projects" } },
  c: { name: "Schedules", route: { screen: "schedules" } },
  w: { name: "Webhooks", route: { screen: "webhooks" } },
  u: { name: "Usage", route: { screen: "usage" } },
  k: { name: "Keys", route: { screen: "keys" } },
  i: { name: "Settings", route: { screen: "settings" } },
};

/** Named as in the `key` of a keyboard event; `g o` is two keys after one another. */
export type Shortcuts = Readonly<Record<string, () => void>>;

/** How long the second key may take. */
const SEQUENCE_MS = 1_200;

/** Whether a key pressed there is text, or belongs to the control. */
function isTyping(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  return target.isContentEditable || ["INPUT", "TEXTAREA", "SELECT"].includes(target.tagName);
}

/** Listens while the component is mounted; those of an inner component add to those of an outer one. */
export function useShortcuts(shortcuts: Shortcuts): void {
  const latest = useRef(shortcuts);
  latest.current = shortcuts;
  useEffect(() => {
    let first = "";
    let at = 0;
    const press = (event: KeyboardEvent): void => {
      if (event.defaultPrevented || event.metaKey || event.ctrlKey || event.altKey) return;
      if (isTyping(event.target) || document.querySelector("dialog[open]")) return;
      const sequence = first !== "" && event.timeStamp - at < SEQUENCE_MS ? `${first} ${event.key}` : event.key;
      first = event.key === "g" && first === "" ? "g" : "";
      at = event.timeStamp;
      const act = latest.current[sequence];
      if (!act) return;
      event.preventDefault();
      act();
    };
    addEventListener("keydown", press);
    return () => removeEventListener("keydown", press);
  }, []);
}
