import { useRef } from "preact/hooks";
import { useShortcuts } from "./shortcuts.ts";

/**
 * Rows that j and k walk through. The control of a row that carries `data-row` gets the focus, so that Enter does what
 * it does with any link or button.
 * @returns the attributes of the element that holds the rows
 */
export function useRows<Holder extends HTMLElement>(): { current: Holder | null } {
  const ref = useRef<Holder>(null);
  const move = (by: 1 | -1): void => {
    const rows = [...(ref.current?.querySelectorAll<HTMLElement>("[data-row]") ?? [])];
    const current = rows.indexOf(document.activeElement as HTMLElement);
    const next = rows[current === -1 ? 0 : Math.min(rows.length - 1, Math.max(0, current + by))];
    next?.focus();
    next?.scrollIntoView({ block: "nearest" });
  };
  useShortcuts({ j: () => move(1), k: () => move(-1) });
  return ref;
}

/** Selects the row that has the focus, or takes it out again: presses its checkbox. */
export function selectFocusedRow(): void {
  const { activeElement: focused } = document;
  if (focused instanceof HTMLElement) focused.closest("tr")?.querySelector<HTMLInputElement>("input")?.click();
}
