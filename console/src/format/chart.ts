/**
 * The geometry of charts over time. Pure, so that it can be tested without a browser.
 *
 * @module
 */

/** A value over a stretch of time, in milliseconds since the epoch; null where there is nothing to say. */
export interface Stretch {
  readonly from: number;
  readonly to: number;
  readonly value: number | null;
}

/** What is shown, in the chart's own units. */
export interface Frame {
  readonly from: number;
  readonly to: number;
  /** The value at the top; above 0. */
  readonly most: number;
  readonly width: number;
  readonly height: number;
}

const STEPS = [1, 2, 5, 10] as const;

/** The next number of 1, 2 or 5 times a power of ten, for the top of an axis. @returns 1 for nothing */
export function niceMost(value: number): number {
  if (!(value > 0)) return 1;
  const power = 10 ** Math.floor(Math.log10(value));
  const step = STEPS.find((each) => each * power >= value * (1 - 1e-9)) ?? 10;
  return Number((step * power).toPrecision(3));
}

/** Where a time is, within the frame. */
export function xOf(time: number, { from, to, width }: Frame): number {
  const share = (time - from) / Math.max(1, to - from);
  return round(Math.min(1, Math.max(0, share)) * width);
}

/** Where a value is: 0 at the bottom. */
export const yOf = (value: number, { most, height }: Frame): number => round(height - (value / most) * height);

/** Paths of SVG, one for each run of values without a gap; a step for each stretch. */
export function stepPath(stretches: readonly Stretch[], frame: Frame): string {
  let path = "";
  let isDrawn = false;
  for (const { from, to, value } of stretches) {
    if (value === null) {
      isDrawn = false;
      continue;
    }
    const y = yOf(value, frame);
    path += isDrawn ? `V${y}` : `M${xOf(from, frame)} ${y}`;
    path += `H${xOf(to, frame)}`;
    isDrawn = true;
  }
  return path;
}

const round = (value: number): number => Math.round(value * 10) / 10;
