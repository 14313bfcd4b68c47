import type { Root } from "mdast";

/** A fence that is not closed takes all that follows it for code. */
export function hasOpenFence({ children }: Root, content: string): boolean {
  const last = children.at(-1);
  if (last?.type !== "code") return false;
  const lines = content
    .slice(last.position?.start.offset ?? 0, last.position?.end.offset)
    .trimEnd()
    .split("\n");
  const fence = /^ {0,3}(`{3,}|~{3,})/.exec(lines[0] ?? "")?.[1];
  if (fence === undefined) return false;
  const closing = (lines.length > 1 ? lines.at(-1) : "")?.trim() ?? "";
  return !(closing.length >= fence.length && [...closing].every((char) => char === fence[0]));
}
