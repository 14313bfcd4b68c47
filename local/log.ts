/** Where the stack says what it does. */
export interface StackLog {
  /** A step that an operator wants to see. */
  info(message: string): void;
  /** Something went wrong and the stack goes on. */
  warn(message: string): void;
  /** Timings and detail. */
  debug(message: string): void;
  /** A line that a function wrote. */
  output(source: string, line: string): void;
}

/** Writes to standard error, so that standard output keeps what scripts read. `debug` lines only when asked for. */
export function terminalLog(options: { debug: boolean }): StackLog {
  const write = (line: string) => process.stderr.write(`${line}\n`);
  return {
    info: (message) => write(message),
    warn: (message) => write(`warning: ${message}`),
    debug: (message) => {
      if (options.debug) write(`debug: ${message}`);
    },
    output: (source, line) => write(`${source} | ${line}`),
  };
}

export const silentLog: StackLog = { info: () => {}, warn: () => {}, debug: () => {}, output: () => {} };
