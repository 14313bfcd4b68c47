import { createWriteStream, type WriteStream } from "node:fs";

/** The log of the stack. */
export interface StackLog {
  /** A step, for an operator. */
  info(message: string): void;
  /** Something went wrong and the stack continues. */
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

/** A log that can also be kept in a file: lines `<time> <function> | <text>`, as `sluice logs` reads them. */
export interface KeptLog extends StackLog {
  /** Keeps what comes from now on; what the file held before is gone. */
  keepIn(path: string): void;
}

/** A log that also keeps its lines, for tests and errors. */
export function keptLog(log: StackLog): KeptLog {
  let file: WriteStream | undefined;
  const keep = (source: string, line: string) => file?.write(`${new Date().toISOString()} ${source} | ${line}\n`);
  return {
    info: (message) => {
      log.info(message);
      keep("stack", message);
    },
    warn: (message) => {
      log.warn(message);
      keep("stack", `warning: ${message}`);
    },
    debug: (message) => log.debug(message),
    output: (source, line) => {
      log.output(source, line);
      keep(source, line);
    },
    keepIn(path) {
      file = createWriteStream(path, { mode: 0o600 });
      file.on("error", (error) => {
        file = undefined;
        log.warn(`${path} cannot be written: ${error.message}`);
      });
    },
  };
}

/** A log that writes nothing. */
export const silentLog: StackLog = { info: () => {}, warn: () => {}, debug: () => {}, output: () => {} };
