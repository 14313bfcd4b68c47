/**
 * Settings of the HTTP API; part of `settings`.
 *
 * @module
 */

import { z } from "zod";
import { blankIsUnset } from "./blank-is-unset.ts";

/** Settings of the HTTP API. */
export const apiSettings = z.object({
  API_WAITS_AT_ONCE: blankIsUnset(z.coerce.number().int().min(0).max(500).default(20)).describe(
    "Requests that may wait for a job (`?wait=`) at once, of all projects; each keeps an instance of the API's function busy. `0`: none.",
  ),
});
