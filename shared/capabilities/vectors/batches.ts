import type { DriverLimits, VectorPoint } from "./driver.ts";

/** Splits a list into runs of at most `size`. */
export function chunksOf<T>(items: readonly T[], size: number): T[][] {
  const chunks: T[][] = [];
  for (let start = 0; start < items.length; start += size) chunks.push(items.slice(start, start + size));
  return chunks;
}

/** JSON bytes of one number: sign, "0.", up to 17 digits, exponent and comma. */
const BYTES_PER_NUMBER = 24;
const BYTES_PER_POINT = 256;

const estimate = (point: VectorPoint): number =>
  BYTES_PER_POINT +
  point.vector.length * BYTES_PER_NUMBER +
  Buffer.byteLength(point.id) +
  Buffer.byteLength(JSON.stringify(point.metadata));

/** Splits points so that no request holds too many of them or too many bytes. */
export function writeBatches(points: readonly VectorPoint[], limits: DriverLimits): VectorPoint[][] {
  const batches: VectorPoint[][] = [];
  let batch: VectorPoint[] = [];
  let bytes = 0;
  for (const point of points) {
    const size = estimate(point);
    if (batch.length > 0 && (batch.length >= limits.pointsPerWrite || bytes + size > limits.bytesPerWrite)) {
      batches.push(batch);
      batch = [];
      bytes = 0;
    }
    batch.push(point);
    bytes += size;
  }
  if (batch.length > 0) batches.push(batch);
  return batches;
}
