import { randomBytes } from "node:crypto";

/** An AWS access key, as the emulators of one stack accept it and no other. */
export interface Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
}

/**
 * A key for one run of a stack. Its id is not a secret: presigned links show it. The secret reaches the stack's own functions
 * and whoever holds the stack's endpoints, so that no other page, user or program can call the emulators.
 */
export const newCredentials = (): Credentials => ({
  accessKeyId: "local",
  secretAccessKey: randomBytes(32).toString("base64url"),
});
