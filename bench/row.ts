/** One figure of the benchmarks. */
export interface BenchRow {
  readonly name: string;
  /** Null when it could not be measured; `note` says why. */
  readonly value: number | null;
  readonly unit: string;
  /** By something measured in the same run, which `note` names; machines differ, ratios less so. */
  readonly ratio: number | null;
  readonly note: string;
}
