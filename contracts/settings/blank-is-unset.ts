import { z } from "zod";

/** A setting whose variable is present but empty counts as not given, as in an unedited `.env` file. */
export const blankIsUnset = <T extends z.ZodType>(schema: T) =>
  z.preprocess((value) => (value === "" ? undefined : value), schema);
