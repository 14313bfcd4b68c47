const NAME = /^([^@\s]+)(?:@(\d{1,6}))?$/;

/** What is wrong with a name that {@link readConfigName} does not take. */
export const CONFIG_NAME_FAULT = "must be the id of a config, such as support, or of one of its versions: support@3";

/** Reads `support` or `support@3`, as a submit takes it. @returns undefined when it is neither */
export function readConfigName(text: string): { readonly id: string; readonly version?: number } | undefined {
  const [, id, version] = NAME.exec(text.trim()) ?? [];
  if (id === undefined) return undefined;
  return version === undefined ? { id } : { id, version: Number(version) };
}
