/**
 * JSON pointers (RFC 6901), as far as schemas need them.
 *
 * @module
 */

/** Whether a value is an object, not null and not an array. */
export const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** Escapes a name for a JSON pointer (RFC 6901). */
export const escapeSegment = (name: string): string => name.replaceAll("~", "~0").replaceAll("/", "~1");

const unescapeSegment = (segment: string): string => segment.replaceAll("~1", "/").replaceAll("~0", "~");

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** "/a/b~1c" is a, b/c. */
export const splitPointer = (pointer: string): string[] => pointer.split("/").slice(1).map(unescapeSegment);

/**
 * @param pointer "" for the whole, "/a/0" for a part; may be percent-encoded, as in a URI fragment
 * @returns undefined when it points at nothing
 */
export function resolvePointer(root: unknown, pointer: string): unknown {
  let current = root;
  for (const segment of pointer.split("/").slice(1)) {
    const key = unescapeSegment(decode(segment));
    if (Array.isArray(current)) current = current[Number(key)];
    else if (isObject(current) && Object.hasOwn(current, key)) current = current[key];
    else return undefined;
  }
  return current;
}
