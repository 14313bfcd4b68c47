/**
 * The HTTP API: from an event to a handler and back, with every error as problem details.
 *
 * @module
 */

import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from "aws-lambda";
import { loggedPath } from "../../contracts/printable.ts";
import { type RouteName, routeOf, routes } from "../../contracts/routes/routes.ts";
import { notFound, ProblemError } from "../../shared/lib/http/problem.ts";
import { callerOf, requireScope } from "./caller.ts";
import { problemFor } from "./errors.ts";
import { batchHandlers } from "./handlers/batches.ts";
import { deadLetterHandlers } from "./handlers/dead-letters.ts";
import { documentHandlers } from "./handlers/documents.ts";
import { escalationHandlers } from "./handlers/escalations.ts";
import { jobHandlers } from "./handlers/jobs.ts";
import { keyHandlers } from "./handlers/keys.ts";
import { llmHandlers } from "./handlers/llm.ts";
import { llmConfigHandlers } from "./handlers/llm-configs.ts";
import { monitoringHandlers } from "./handlers/monitoring.ts";
import { projectHandlers } from "./handlers/projects.ts";
import { queueHandlers } from "./handlers/queues.ts";
import { scheduleHandlers } from "./handlers/schedules.ts";
import { serviceHandlers } from "./handlers/service.ts";
import { settingHandlers } from "./handlers/settings.ts";
import { taskHandlers } from "./handlers/tasks.ts";
import { usageHandlers } from "./handlers/usage.ts";
import { viewHandlers } from "./handlers/views.ts";
import { webhookHandlers } from "./handlers/webhooks.ts";
import { parseRequest, resolveNames } from "./request.ts";
import { respondFile, respondJson, respondProblem } from "./respond.ts";
import type { ApiServices, FileReply, Handlers, JsonReply } from "./route-handler.ts";
import { createRouter } from "./router.ts";

/** The handler of every route in contracts/routes/routes.ts. */
const handlers: Handlers = {
  ...taskHandlers,
  ...batchHandlers,
  ...scheduleHandlers,
  ...escalationHandlers,
  ...llmHandlers,
  ...llmConfigHandlers,
  ...monitoringHandlers,
  ...documentHandlers,
  ...projectHandlers,
  ...jobHandlers,
  ...queueHandlers,
  ...deadLetterHandlers,
  ...webhookHandlers,
  ...usageHandlers,
  ...viewHandlers,
  ...settingHandlers,
  ...keyHandlers,
  ...serviceHandlers,
};

const lookup = createRouter(routes);

/** A handler without the types of its route, for code that treats all handlers alike. */
type AnyHandler = (request: object, services: ApiServices) => Promise<JsonReply<unknown> | FileReply>;

type Api = (event: APIGatewayProxyEventV2) => Promise<APIGatewayProxyStructuredResultV2>;

/** Builds the Lambda handler of the API around its services. */
export function createApi(services: ApiServices): Api {
  return async (event) => {
    const started = performance.now();
    const requestId = event.requestContext.requestId;
    const trace: RequestTrace = { route: undefined, key_id: undefined, project_id: undefined };
    const response = await answer(event, services, trace).catch((error: unknown) => {
      const problem = problemFor(error, event.queryStringParameters?.cursor === undefined ? "/cursor" : undefined);
      if (!problem || problem.status >= 500) {
        services.logger.error("request failed", { request_id: requestId, ...trace, error });
      }
      return respondProblem(problem ?? new ProblemError("internal", `Something went wrong; request id ${requestId}.`));
    });
    services.logger.info("request", {
      request_id: requestId,
      method: event.requestContext.http.method,
      path: loggedPath(event.rawPath),
      ...trace,
      status: response.statusCode,
      duration_ms: Math.round(performance.now() - started),
    });
    const headers = { ...response.headers, "x-request-id": requestId };
    if (event.requestContext.http.method === "HEAD") return { statusCode: response.statusCode, headers };
    return { ...response, headers };
  };
}

/** What is learned about a request while it is handled, for the log. */
interface RequestTrace {
  route: RouteName | undefined;
  key_id: string | undefined;
  project_id: string | undefined;
}

async function answer(
  event: APIGatewayProxyEventV2,
  services: ApiServices,
  trace: RequestTrace,
): Promise<APIGatewayProxyStructuredResultV2> {
  const { method } = event.requestContext.http;
  const found = lookup(method, event.rawPath);
  if (!found) throw notFound(`Nothing was found at ${event.rawPath}. For the available routes, see /docs.`);
  if ("allow" in found) {
    const allow = found.allow.join(", ");
    throw new ProblemError(
      "method-not-allowed",
      `${event.rawPath} does not support ${method}. Supported methods: ${allow}.`,
      {
        headers: { allow },
      },
    );
  }
  const route = routeOf(found.name);
  trace.route = found.name;
  const caller = route.scope === null ? undefined : callerOf(event, services.jobs.catalog, services.jobs.now());
  if (caller && route.scope !== null) {
    trace.key_id = caller.keyId;
    trace.project_id = caller.tenant;
    if (services.quotas.countsRequests) await services.quotas.countRequest(caller);
    requireScope(caller, route.scope);
  }
  const request = {
    ...parseRequest(route, resolveNames(services.jobs.catalog, found.params, event.rawPath), event),
    caller,
  };
  const reply = await (handlers[found.name] as AnyHandler)(request, services);
  return "file" in reply
    ? respondFile(event, route.response.status, reply)
    : respondJson(event, route.response.status, reply);
}
