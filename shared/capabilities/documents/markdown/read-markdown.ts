import MarkdownIt from "markdown-it";
import { htmlBlocks } from "../html/html-blocks.ts";
import type { Limits } from "../limits.ts";
import type { Block } from "../structure/blocks.ts";

/** What a page made from Markdown (CommonMark, with GitHub's tables) shows. */
export const markdownBlocks = (text: string, limits: Limits): Block[] =>
  htmlBlocks(new MarkdownIt({ html: true }).render(text), limits);
