import { z } from "zod";
import { blankIsUnset } from "./blank-is-unset.ts";

/** Settings of logs. */
export const logSettings = z.object({
  LOG_LEVEL: blankIsUnset(z.enum(["DEBUG", "INFO", "WARN", "ERROR"]).default("INFO")).describe(
    "Least severe level that is logged.",
  ),
  LOG_FORMAT: blankIsUnset(z.enum(["json", "text"]).default("json")).describe(
    "`text` is for reading at a terminal. Metrics are published whatever the format, but for those of an embedded stack with `text`.",
  ),
});
