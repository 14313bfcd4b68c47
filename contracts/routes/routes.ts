import { batchRoutes } from "./batches.ts";
import { deadLetterRoutes } from "./dead-letters.ts";
import type { RouteDefinition } from "./define-route.ts";
import { documentRoutes } from "./documents.ts";
import { escalationRoutes } from "./escalations.ts";
import { jobRoutes } from "./jobs.ts";
import { keyRoutes } from "./keys.ts";
import { llmRoutes } from "./llm.ts";
import { llmConfigRoutes } from "./llm-configs.ts";
import { monitoringRoutes } from "./monitoring.ts";
import { projectRoutes } from "./projects.ts";
import { queueRoutes } from "./queues.ts";
import { scheduleRoutes } from "./schedules.ts";
import { serviceRoutes } from "./service.ts";
import { settingRoutes } from "./settings.ts";
import { taskRoutes } from "./tasks.ts";
import { usageRoutes } from "./usage.ts";
import { viewRoutes } from "./views.ts";
import { webhookRoutes } from "./webhooks.ts";

/**
 * Every route of the HTTP API. Adding one: its entry in a file of routes/ and its handler in functions/api/handlers/;
 * a route without a handler does not compile. A new family is also a line here.
 */
export const routes = {
  ...taskRoutes,
  ...batchRoutes,
  ...scheduleRoutes,
  ...escalationRoutes,
  ...llmRoutes,
  ...llmConfigRoutes,
  ...monitoringRoutes,
  ...jobRoutes,
  ...queueRoutes,
  ...deadLetterRoutes,
  ...documentRoutes,
  ...projectRoutes,
  ...webhookRoutes,
  ...usageRoutes,
  ...viewRoutes,
  ...settingRoutes,
  ...keyRoutes,
  ...serviceRoutes,
} as const satisfies Record<string, RouteDefinition>;

/** The type of the route table. */
export type Routes = typeof routes;
/** The name of a route in the table. */
export type RouteName = keyof Routes;

/** Every route name, in the order of the table. */
export const routeNames = Object.keys(routes) as RouteName[];

/** A route with its types widened, for code that treats all routes alike. */
export const routeOf = (name: RouteName): RouteDefinition => routes[name];

/** Largest request body, in bytes: what a function can take, less what the gateway wraps around it. */
export const MAX_BODY_BYTES = 4 * 1_024 * 1_024;
