/** Control characters, and those that turn or break a line: a terminal would act on them. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const UNPRINTABLE = /[\u0000-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069]/g;

/** A text that others chose, for a line of a log: what could forge another line or steer a terminal is escaped. */
export const printable = (text: string): string =>
  text.replace(UNPRINTABLE, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, "0")}`);

/** Most characters of a path in a log, which a longer one would flood. */
const LOGGED_PATH_CHARACTERS = 256;

/** A request's path for a log, printable and cut. */
export const loggedPath = (path: string): string =>
  printable(path.length > LOGGED_PATH_CHARACTERS ? `${path.slice(0, LOGGED_PATH_CHARACTERS)}...` : path);
