import { usage } from "../exit-codes.ts";

/** Options of a filter, as commander names them. */
type Name = "dryRun" | "status" | "project" | "cursor";

const flags: Readonly<Record<Name, string>> = {
  dryRun: "--dry-run",
  status: "--status",
  project: "--project",
  cursor: "--cursor",
};

/**
 * Refuses options that only a filter heeds: a dry run of jobs by id would act.
 * @throws CliError that names the option
 */
export function refuseWithIds(options: { readonly [Each in Name]?: unknown }, names: readonly Name[]): void {
  const given = names.find((name) => options[name] !== undefined);
  if (given) throw usage(`${flags[given]} goes with a filter such as --task or --all, not with job ids.`);
}
