/**
 * Numbers in options, read strictly.
 *
 * @module
 */

import { InvalidArgumentError } from "@commander-js/extra-typings";

/** A parser of whole numbers between two bounds. */
export const parseWhole =
  (least: number, most: number) =>
  (text: string): number => {
    const value = /^\d+$/.test(text) ? Number(text) : Number.NaN;
    if (!(value >= least && value <= most))
      throw new InvalidArgumentError(`Give a whole number from ${least} to ${most}.`);
    return value;
  };

/** A parser of numbers between two bounds. */
export const parseNumber =
  (least: number, most: number) =>
  (text: string): number => {
    const value = /^\d+(\.\d+)?$/.test(text) ? Number(text) : Number.NaN;
    if (!(value >= least && value <= most)) throw new InvalidArgumentError(`Give a number from ${least} to ${most}.`);
    return value;
  };
