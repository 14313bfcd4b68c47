import { z } from "zod";
import { keyLimitsSchema } from "../../../contracts/keys/key-limits.ts";
import { scopes } from "../../../contracts/keys/scopes.ts";

/** What both places of API keys hold of one. */
export const storedKeySchema = z.object({
  key_id: z.string(),
  project_id: z.string(),
  projects: z.array(z.string()).optional(),
  scopes: z.array(z.enum(scopes)),
  name: z.string().nullable(),
  created_at: z.number(),
  limits: keyLimitsSchema.optional(),
  expires_at: z.number().optional(),
  last_used_at: z.number().optional(),
});
