import { createHmac, randomBytes } from "node:crypto";

/** An AWS access key, as the emulators of one stack accept it and no other. */
export interface Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
}

/** Id of the stack's own key; those of functions go on with a dot and the name. */
const STACK = "local";

/**
 * The stack's own key for one run. Its id is not a secret: presigned links show it. The secret reaches whoever holds the
 * stack's endpoints, so that no other page, user or program can call the emulators.
 */
export const newCredentials = (): Credentials => ({
  accessKeyId: STACK,
  secretAccessKey: randomBytes(32).toString("base64url"),
});

/** The key of a function, by which the emulators know what it may do. It does not give the stack's own away. */
export function functionCredentials(stack: Credentials, functionName: string): Credentials {
  const accessKeyId = `${stack.accessKeyId}.${functionName}`;
  return { accessKeyId, secretAccessKey: derive(stack, accessKeyId) };
}

/** The name of the function whose key this is. @returns undefined for the stack's own */
export function functionOf(accessKeyId: string): string | undefined {
  const dot = accessKeyId.indexOf(".");
  return dot < 0 ? undefined : accessKeyId.slice(dot + 1);
}

/** The secret of the stack's key, or of one of its functions'. @returns undefined when it is neither */
export function secretOf(stack: Credentials, accessKeyId: string): string | undefined {
  if (accessKeyId === stack.accessKeyId) return stack.secretAccessKey;
  return accessKeyId.startsWith(`${stack.accessKeyId}.`) ? derive(stack, accessKeyId) : undefined;
}

const derive = ({ secretAccessKey }: Credentials, accessKeyId: string): string =>
  createHmac("sha256", secretAccessKey).update(accessKeyId).digest("base64url");
