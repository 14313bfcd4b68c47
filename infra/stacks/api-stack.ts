import { CfnOutput, Duration, Fn, RemovalPolicy, Stack, type StackProps } from "aws-cdk-lib";
import { AccessLogFormat } from "aws-cdk-lib/aws-apigateway";
import {
  CfnRoute,
  CorsHttpMethod,
  HttpApi,
  HttpMethod,
  HttpRoute,
  HttpRouteKey,
  HttpStage,
  LogGroupLogDestination,
  PayloadFormatVersion,
} from "aws-cdk-lib/aws-apigatewayv2";
import { HttpLambdaAuthorizer, HttpLambdaResponseType } from "aws-cdk-lib/aws-apigatewayv2-authorizers";
import { HttpLambdaIntegration } from "aws-cdk-lib/aws-apigatewayv2-integrations";
import type { Code } from "aws-cdk-lib/aws-lambda";
import { LogGroup } from "aws-cdk-lib/aws-logs";
import type { Construct } from "constructs";
import { deadLetterName } from "../../contracts/jobs/lanes.ts";
import { metricSettings } from "../../contracts/monitoring/metrics.ts";
import type { QueueDefinition } from "../../contracts/queues.ts";
import { physicalName } from "../../contracts/resources.ts";
import { serviceRoutes } from "../../contracts/routes/service.ts";
import { apiSettings } from "../../contracts/settings/api.ts";
import { embeddingLimitSettings, limitSettings } from "../../contracts/settings/limits.ts";
import { llmFallbackSettings, llmSettings } from "../../contracts/settings/llm.ts";
import { recognitionBounds } from "../../contracts/settings/ocr.ts";
import { quotaSettings } from "../../contracts/settings/quotas.ts";
import { taskSettings } from "../../contracts/settings/tasks.ts";
import { webhookSettings } from "../../contracts/settings/webhooks.ts";
import type { StageConfig } from "../config.ts";
import { grantFiles, grantMappings, grantQueues, grantVectors, grantWebhookSecrets } from "../constructs/access.ts";
import { grantEmbeddings, grantLanguageModel, grantProviders } from "../constructs/model-access.ts";
import { NodeFunction } from "../constructs/node-function.ts";
import { grantSigning } from "../constructs/signing.ts";
import { grantJobsAndKeys, grantKeyLookup } from "../constructs/table-access.ts";
import {
  laneNames,
  otherSettings,
  resourceEnvironment,
  searchEnvironment,
  settingsEnvironment,
} from "../environment.ts";
import type { StorageStack } from "./storage-stack.ts";
import { queueUrlPrefixExport, type TasksStack } from "./tasks-stack.ts";

/** Everything under it needs a key; the function routes. */
const PROTECTED_PATH = "/api/v1/{proxy+}";
/**
 * The public routes. There is no catch-all: a request without a key that no route matches must not reach the function
 * (docs/decisions/0118).
 */
const PUBLIC_PATHS = Object.values(serviceRoutes).map(({ path }) => path.replace(/\{\w+\+\}$/, "{proxy+}"));
/** HTTP APIs give up after 30 s. */
const API_TIMEOUT = Duration.seconds(29);
/** A revoked key continues working for at most this long. */
const AUTHORIZER_CACHE = Duration.seconds(60);
/** How long a browser remembers what the API allows. */
const CORS_MAX_AGE = Duration.hours(1);
/** What the client and other callers send, and what they read beside the answer. */
const CORS_HEADERS = {
  allowHeaders: ["authorization", "content-type", "content-encoding", "idempotency-key", "traceparent"],
  exposeHeaders: ["idempotency-key", "location", "retry-after", "x-request-id"],
};
/** One JSON object a request. */
const ACCESS_LOG_FIELDS = {
  request_id: "$context.requestId",
  time: "$context.requestTime",
  method: "$context.httpMethod",
  // Not the path, which a stranger can make 9 KB long: the function logs the first 256 characters of it.
  route: "$context.routeKey",
  status: "$context.status",
  latency_ms: "$context.responseLatency",
  bytes: "$context.responseLength",
  source_ip: "$context.identity.sourceIp",
  key_id: "$context.authorizer.key_id",
  project_id: "$context.authorizer.project_id",
  authorizer_error: "$context.authorizer.error",
  integration_error: "$context.integrationErrorMessage",
};

/** Properties of the API stack. */
export interface ApiStackProps extends StackProps {
  readonly config: StageConfig;
  readonly queues: readonly QueueDefinition[];
  readonly storage: StorageStack;
  readonly tasks: TasksStack;
  readonly code: (functionName: string) => Code;
}

/** The HTTP API: one gateway, the authorizer that identifies a key, and the function that answers. */
export class ApiStack extends Stack {
  readonly httpApi: HttpApi;

  constructor(scope: Construct, id: string, { config, queues, storage, tasks, code, ...props }: ApiStackProps) {
    super(scope, id, props);
    // The queues' URLs come by the export's name, which CDK does not see as a dependency.
    this.addStackDependency(tasks);
    const urlPrefix = Fn.importValue(queueUrlPrefixExport(config));

    const environment = {
      ...resourceEnvironment(config, storage, urlPrefix),
      SLUICE_KEY_TABLE: storage.keyTable.tableName,
      ...settingsEnvironment(
        config,
        Object.keys({
          ...taskSettings.shape,
          ...apiSettings.shape,
          ...quotaSettings.shape,
          ...recognitionBounds.shape,
          ...metricSettings.shape,
          ...llmSettings.shape,
          ...llmFallbackSettings.shape,
          ...limitSettings.shape,
          ...embeddingLimitSettings.shape,
          ...webhookSettings.shape,
        }),
      ),
      ...searchEnvironment(config),
    };
    const handler = new NodeFunction(this, "Handler", {
      config,
      name: "api",
      code: code("api"),
      description: "Answers the HTTP API.",
      // Calls that are answered at once, and questions of searches.
      callsModels: true,
      timeout: API_TIMEOUT,
      memorySize: 1_024,
      environment: {
        ...environment,
        SLUICE_OTHER_SETTINGS: JSON.stringify(otherSettings(config, { queues, environment })),
      },
    }).function;
    grantJobsAndKeys(handler, storage);
    grantSigning(handler, storage, "sign");
    grantFiles(handler, storage, { blobs: ["read", "write"] });
    const names = queues.map((queue) => queue.name);
    grantQueues(
      handler,
      { scope: this, config },
      { names: queues.flatMap(laneNames), purposes: ["send", "measure", "clear"] },
    );
    grantQueues(handler, { scope: this, config }, { names: names.map(deadLetterName), purposes: ["measure", "clear"] });
    grantMappings(handler, { scope: this, config }, names);
    grantFiles(handler, storage, { files: ["read"] });
    grantFiles(handler, storage, { batches: ["read", "write"] });
    grantFiles(handler, storage, { archive: ["write"] });
    grantFiles(handler, storage, { documents: ["write", "delete"] });
    grantFiles(handler, storage, { texts: ["read", "delete"] });
    grantEmbeddings(handler, this, config);
    grantVectors(handler, { scope: this, config }, ["search"]);
    grantLanguageModel(handler, this, config);
    grantProviders(handler, { scope: this, config }, ["list", "write", "delete"]);
    grantWebhookSecrets(handler, { scope: this, config }, ["read", "write"]);

    const authorizer = new NodeFunction(this, "Authorizer", {
      config,
      name: "authorizer",
      code: code("authorizer"),
      description: "Identifies API keys.",
      timeout: Duration.seconds(10),
      memorySize: 512,
      environment: {
        SLUICE_STAGE: config.stage,
        SLUICE_TABLE: storage.table.tableName,
        SLUICE_KEY_TABLE: storage.keyTable.tableName,
      },
    }).function;
    grantKeyLookup(authorizer, storage);

    const api = new HttpApi(this, "HttpApi", {
      apiName: physicalName(config.stage, "api"),
      description: "Submit background tasks and fetch their results.",
      createDefaultStage: false,
      ...(config.corsOrigins.length > 0 && {
        corsPreflight: {
          ...CORS_HEADERS,
          allowOrigins: [...config.corsOrigins],
          allowMethods: [CorsHttpMethod.GET, CorsHttpMethod.POST, CorsHttpMethod.PUT, CorsHttpMethod.DELETE],
          maxAge: CORS_MAX_AGE,
        },
      }),
    });
    this.httpApi = api;
    const integration = new HttpLambdaIntegration("ApiIntegration", handler, {
      payloadFormatVersion: PayloadFormatVersion.VERSION_2_0,
      // One permission for the whole API: a function's policy is too small for one for each route.
      scopePermissionToRoute: false,
    });
    api.addRoutes({
      path: PROTECTED_PATH,
      methods: [HttpMethod.ANY],
      integration,
      authorizer: new HttpLambdaAuthorizer("KeyAuthorizer", authorizer, {
        responseTypes: [HttpLambdaResponseType.SIMPLE],
        identitySource: ["$request.header.Authorization"],
        resultsCacheTtl: AUTHORIZER_CACHE,
      }),
    });
    if (config.corsOrigins.length > 0) {
      // A browser asks without a key, which ANY would have the authorizer refuse.
      api.addRoutes({ path: PROTECTED_PATH, methods: [HttpMethod.OPTIONS], integration });
    }
    for (const path of PUBLIC_PATHS) {
      const methods = [HttpMethod.GET, HttpMethod.HEAD];
      api.addRoutes({ path, methods, integration });
      if (path.endsWith("+}")) continue;
      for (const method of methods) {
        // With a trailing slash it is another route to the gateway, of a form that the construct does not accept.
        const routeKey = HttpRouteKey.with(path, method);
        const route = new HttpRoute(this, `${method}${path}Slash`, { httpApi: api, integration, routeKey });
        const { defaultChild } = route.node;
        if (!(defaultChild instanceof CfnRoute)) throw new Error("The route is not a CfnRoute.");
        defaultChild.routeKey = `${method} ${path}/`;
      }
    }

    const accessLogs = new LogGroup(this, "AccessLogs", {
      logGroupName: `/aws/apigateway/${physicalName(config.stage, "api")}`,
      retention: config.logRetentionDays,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    new HttpStage(this, "DefaultStage", {
      httpApi: api,
      stageName: "$default",
      autoDeploy: true,
      throttle: config.api,
      accessLogSettings: {
        destination: new LogGroupLogDestination(accessLogs),
        format: AccessLogFormat.custom(JSON.stringify(ACCESS_LOG_FIELDS)),
      },
    });

    new CfnOutput(this, "ApiUrl", { value: api.apiEndpoint });
    new CfnOutput(this, "ApiId", { value: api.apiId });
  }
}
