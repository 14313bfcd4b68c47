import { z } from "zod";
import { blankIsUnset } from "./blank-is-unset.ts";

/** Settings of logs. */
export const logSettings = z.object({
  LOG_LEVEL: blankIsUnset(z.enum(["DEBUG", "INFO", "WARN", "ERROR"]).default("INFO")).describe(
    "Lowest level that is logged.",
  ),
  LOG_FORMAT: blankIsUnset(z.enum(["json", "text"]).default("json")).describe(
    "`text` is easier to read in a terminal. Metrics are published with both formats, except by an embedded stack with `text`.",
  ),
});
