import { z } from "zod";

/** What the monitoring API answers: the field names of the API that Sluice replaces, kept exactly. */

const count = z.int().min(0);

export const registeredTasksSchema = z.strictObject({ registered_tasks: z.array(z.string()), total_count: count });

export const pingSchema = z.strictObject({
  workers: z.record(z.string(), z.strictObject({ ok: z.literal("pong") })).describe("By worker name."),
  total_workers: count,
});

export const healthSchema = z.strictObject({
  status: z.enum(["healthy", "unhealthy"]),
  broker_connected: z.boolean(),
  workers: count,
  active_tasks: count,
  timestamp: z.iso.datetime(),
});
