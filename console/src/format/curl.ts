/**
 * Calls as shell commands.
 *
 * @module
 */

/** A word that a POSIX shell takes as it is. */
export const shellQuote = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`;

/** The command that submits the same input again. The key stays out of it: the shell's variable holds it. */
export function submitAsCurl(origin: string, taskName: string, body: unknown): string {
  return [
    `curl -sS ${shellQuote(`${origin}/api/v1/tasks/${encodeURIComponent(taskName)}`)}`,
    `-H "Authorization: Bearer $SLUICE_API_KEY"`,
    `-H 'Content-Type: application/json'`,
    `-d ${shellQuote(JSON.stringify(body))}`,
  ].join(" \\\n  ");
}
