import { z } from "zod";
import { blankIsUnset } from "./blank-is-unset.ts";
import { webhookSettings } from "./webhooks.ts";

/** What infra/ passes to the function that escalates. */
export const escalationEnv = webhookSettings.extend({
  ESCALATION_TOPIC_ARN: blankIsUnset(z.string().optional()),
  SLUICE_PUBLIC_URL: blankIsUnset(z.url().optional()),
});
