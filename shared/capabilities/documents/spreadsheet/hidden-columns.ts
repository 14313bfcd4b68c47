/** Columns that a sheet has. */
const MOST_COLUMNS = 16_384;

/** Columns that are not shown. They are named before all rows, so that they are added up once. */
export class HiddenColumns {
  readonly #changes = new Int32Array(MOST_COLUMNS + 1);
  #hidden: Uint8Array | undefined;

  add(from: number, to: number): void {
    if (!(from >= 0 && to >= from && from < MOST_COLUMNS) || this.#hidden) return;
    this.#changes[from] = (this.#changes[from] ?? 0) + 1;
    const end = Math.min(to + 1, MOST_COLUMNS);
    this.#changes[end] = (this.#changes[end] ?? 0) - 1;
  }

  has(column: number): boolean {
    if (!this.#hidden) {
      let within = 0;
      this.#hidden = Uint8Array.from(this.#changes, (change) => {
        within += change;
        return within > 0 ? 1 : 0;
      });
    }
    return this.#hidden[column] === 1;
  }
}
