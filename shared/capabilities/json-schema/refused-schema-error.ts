import { InvalidInputError, type TaskErrorOptions } from "../../../contracts/errors.ts";

/** A user's JSON Schema is broken, or asks for more than is supported. */
export class RefusedSchemaError extends InvalidInputError {
  /** JSON pointer (RFC 6901) of what is refused, from where the schema's own pointer starts. */
  readonly pointer: string;
  /** What is wrong with it, as the rest of a sentence. */
  readonly reason: string;

  constructor(pointer: string, reason: string, options: TaskErrorOptions = {}) {
    super(`${pointer} ${reason}`, options);
    // In a job's record it is an invalid input like any other.
    this.name = "InvalidInputError";
    this.pointer = pointer;
    this.reason = reason;
  }
}
