import { usage } from "../exit-codes.ts";

/** @throws CliError when it is not NAME=VALUE */
export function readTag(given: string): [string, string] {
  const at = given.indexOf("=");
  if (at < 1) throw usage(`--tag ${given}: give NAME=VALUE.`);
  return [given.slice(0, at), given.slice(at + 1)];
}
