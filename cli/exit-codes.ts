/** The command's exit codes; docs/cli.md lists them from here. */
export const exitCodes = {
  ok: { code: 0, meaning: "Done." },
  failed: { code: 1, meaning: "The job failed or was revoked, or a check found a fault." },
  usage: { code: 2, meaning: "The command or its input is invalid; the message names the field." },
  unreachable: { code: 3, meaning: "The API does not respond, or does not accept the key." },
  missing: { code: 4, meaning: "The job, key, queue or task does not exist." },
  conflict: { code: 5, meaning: "The job's state does not allow it, or it was refused." },
  timeout: { code: 6, meaning: "The job had no outcome within --timeout; it continues to run." },
  unavailable: { code: 7, meaning: "The API failed or throttled the request; try again." },
  bug: { code: 70, meaning: "An internal error; set SLUICE_DEBUG=1 to see where." },
  interrupted: { code: 130, meaning: "Ctrl-C." },
} as const;

/** The name of an exit code. */
export type Exit = keyof typeof exitCodes;

/** An end of the command that is reported to the user in one line. */
export class CliError extends Error {
  override readonly name = "CliError";
  readonly exit: Exit;

  constructor(exit: Exit, message: string, options?: ErrorOptions) {
    super(message, options);
    this.exit = exit;
  }
}

/** Wrong arguments or wrong input. */
export const usage = (message: string): CliError => new CliError("usage", message);
