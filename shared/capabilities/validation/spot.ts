import type { ConsistencyCode } from "../../../contracts/tasks/validation.ts";
import type { Place } from "../markdown/place.ts";
import type { VisibleBlock } from "../markdown/visible-text.ts";

/** A chapter as the checks of a book read it. */
export interface ReadChapter {
  readonly blocks: readonly VisibleBlock[];
  placeOf(offset: number): Place;
}

/** What a check has found, and where. */
export interface Spot {
  readonly code: ConsistencyCode;
  readonly message: string;
  /** Counted from 0. */
  readonly chapter: number;
  readonly block: VisibleBlock;
  /** In the block's text. */
  readonly index: number;
  readonly length: number;
}
