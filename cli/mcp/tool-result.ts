/**
 * What a tool's call is answered with, whether at once or as the result of a task of the protocol.
 *
 * @module
 */

/** JSON as text and as a structure. */
export function toolResult(value: object) {
  const structuredContent = { ...value };
  return { content: [{ type: "text" as const, text: JSON.stringify(value, null, 2) }], structuredContent };
}

/** The answer of a task's own tool: a job that failed or was revoked is an error of the tool. */
export const taskResult = (value: object) => ({
  ...toolResult(value),
  ...("error" in value && { isError: true }),
});
