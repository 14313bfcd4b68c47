import { createStore } from "../store.ts";

/** Short messages about what was done or what failed. */
export interface Notice {
  readonly id: number;
  readonly text: string;
  readonly kind: "done" | "error";
}

/** The notices on the screen. */
export const notices = createStore<readonly Notice[]>([]);

const SHOWN_MS = { done: 4_000, error: 10_000 };
let count = 0;

/** Shows a notice. */
export function notify(text: string, kind: Notice["kind"] = "done"): void {
  const id = ++count;
  notices.set([...notices.get().slice(-3), { id, text, kind }]);
  setTimeout(() => dismiss(id), SHOWN_MS[kind]);
}

/** Removes a notice. */
export const dismiss = (id: number): void => notices.set(notices.get().filter((notice) => notice.id !== id));
