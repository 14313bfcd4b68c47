/**
 * The blocks of Python on the pages.
 *
 * @module
 */

import { readPage } from "./doc-commands.ts";

/** A fenced block of Python on a page. */
export interface PythonBlock {
  /** The line of the page above it, such as `Before:`. */
  readonly title: string;
  /** Without the indentation that the page gives it. */
  readonly code: string;
}

/** Text without the spaces that all of its lines begin with. */
export function dedent(text: string): string {
  const depths = text.split("\n").flatMap((line) => (line.trim() === "" ? [] : [line.search(/\S/)]));
  const depth = Math.min(...depths);
  return text
    .split("\n")
    .map((line) => line.slice(depth).trimEnd())
    .join("\n");
}

/** A page's blocks of Python, whatever they are called. */
export const pythonBlocks = (page: string): PythonBlock[] =>
  [...readPage(page).matchAll(/(?:^(.*)\n\n)?^( *)```(?:python|py|python3|pycon)\n([\s\S]*?)^\2```$/gm)].map(
    ([, title = "", indent = "", code = ""]) => ({ title, code: code.replaceAll(new RegExp(`^${indent}`, "gm"), "") }),
  );
