/**
 * Settings of the HTTP API; part of `settings`.
 *
 * @module
 */

import { z } from "zod";
import { MAX_BATCH_JOBS, MAX_BATCH_UPLOAD_BYTES } from "../jobs/batches.ts";
import { blankIsUnset } from "./blank-is-unset.ts";

/** Settings of the HTTP API. */
export const apiSettings = z.object({
  API_WAITS_AT_ONCE: blankIsUnset(z.coerce.number().int().min(0).max(500).default(20)).describe(
    "Maximum number of requests that wait for a job (`?wait=`) at the same time, for all tenants. Each occupies an instance of the API's function. `0`: no request waits.",
  ),
  BATCH_MAX_JOBS: blankIsUnset(z.coerce.number().int().min(1).max(MAX_BATCH_JOBS).default(MAX_BATCH_JOBS)).describe(
    "Maximum number of jobs in a batch.",
  ),
  BATCH_MAX_UPLOAD_BYTES: blankIsUnset(
    z.coerce.number().int().min(1_024).max(MAX_BATCH_UPLOAD_BYTES).default(MAX_BATCH_UPLOAD_BYTES),
  ).describe("Maximum size in bytes of a list of inputs that is uploaded for a batch."),
});
