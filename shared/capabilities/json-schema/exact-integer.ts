/** An integer that a JavaScript number would round, as it was written. */
export class ExactInteger {
  readonly digits: string;
  constructor(digits: string) {
    this.digits = digits;
  }
}
