import { z } from "zod";

/** An address that is put into messages and logs: a name and password would be shown with it. */
const hasUserInfo = (url: string): boolean => {
  try {
    const { username, password } = new URL(url);
    return username !== "" || password !== "";
  } catch {
    return false;
  }
};

/**
 * The base URL of a server, http or https; a query such as `?api-version=1` is kept.
 * @param keySetting the setting that holds the server's key
 */
export const serverUrl = (keySetting: string) =>
  z
    .url({ protocol: /^https?$/ })
    .refine((url) => !hasUserInfo(url), `must not hold a user name or password; use ${keySetting} for a key`);
