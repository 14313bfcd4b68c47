/**
 * Values over time, for small lines.
 *
 * @module
 */

/** One point of a curve. */
export interface Sample {
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly value: number;
}

const KEPT = 180;

/** The points of each curve, oldest first. */
export type Samples = Readonly<Record<string, readonly Sample[]>>;

/** Adds one value per name; the oldest go. */
export function addSamples(samples: Samples, at: number, values: Readonly<Record<string, number>>): Samples {
  const added = Object.entries(values).map(([name, value]) => {
    const before = samples[name] ?? [];
    return [name, [...before.slice(-(KEPT - 1)), { at, value }]] as const;
  });
  return { ...samples, ...Object.fromEntries(added) };
}

/**
 * The points of a line in a box, drawn by time, so that a pause in sampling shows as a straight stretch.
 * @returns the `points` of an SVG polyline; empty below two samples
 */
export function linePoints(samples: readonly Sample[], width: number, height: number): string {
  const [first] = samples;
  const last = samples.at(-1);
  if (!first || !last || samples.length < 2 || last.at === first.at) return "";
  const top = Math.max(1, ...samples.map(({ value }) => value));
  const round = (value: number) => Math.round(value * 10) / 10;
  return samples
    .map(({ at, value }) => {
      const x = ((at - first.at) / (last.at - first.at)) * width;
      return `${round(x)},${round(height - (value / top) * height)}`;
    })
    .join(" ");
}

/** Puts earlier samples before those that are there. */
export function prepend(earlier: Samples, samples: Samples): Samples {
  const names = new Set([...Object.keys(earlier), ...Object.keys(samples)]);
  return Object.fromEntries(
    [...names].map((name) => {
      const known = samples[name] ?? [];
      const first = known[0]?.at ?? Number.POSITIVE_INFINITY;
      return [name, [...(earlier[name] ?? []).filter(({ at }) => at < first), ...known].slice(-KEPT)];
    }),
  );
}
