import { Duration, RemovalPolicy } from "aws-cdk-lib";
import { Role, ServicePrincipal } from "aws-cdk-lib/aws-iam";
import {
  Architecture,
  type Code,
  type FunctionProps,
  Function as LambdaFunction,
  Runtime,
} from "aws-cdk-lib/aws-lambda";
import { LogGroup } from "aws-cdk-lib/aws-logs";
import { Construct } from "constructs";
import { METRIC_NAMESPACE, metricService } from "../../contracts/monitoring/metrics.ts";
import { physicalName } from "../../contracts/resources.ts";
import { logSettings } from "../../contracts/settings/logs.ts";
import type { StageConfig } from "../config.ts";
import { settingsEnvironment } from "../environment.ts";

/** What a caller may not change: it is what makes every function alike. */
type Fixed = "code" | "functionName" | "handler" | "runtime" | "architecture" | "role" | "logGroup";

/** Properties of a Node.js function; runtime, architecture and logs are set here. */
export interface NodeFunctionProps extends Partial<Omit<FunctionProps, Fixed>> {
  readonly config: StageConfig;
  /** Name without the stage. */
  readonly name: string;
  readonly code: Code;
}

/** A Lambda function with a role of its own, which may write to its own log group and nothing else until granted. */
export class NodeFunction extends Construct {
  readonly function: LambdaFunction;
  readonly logGroup: LogGroup;

  constructor(scope: Construct, id: string, { config, name, code, environment, ...props }: NodeFunctionProps) {
    super(scope, id);
    const functionName = physicalName(config.stage, name);
    this.logGroup = new LogGroup(this, "Logs", {
      logGroupName: `/aws/lambda/${functionName}`,
      retention: config.logRetentionDays,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    const role = new Role(this, "Role", { assumedBy: new ServicePrincipal("lambda.amazonaws.com") });
    this.logGroup.grantWrite(role);
    this.function = new LambdaFunction(this, "Function", {
      memorySize: 256,
      timeout: Duration.seconds(30),
      ...props,
      environment: {
        ...settingsEnvironment(config, Object.keys(logSettings.shape)),
        POWERTOOLS_SERVICE_NAME: metricService(config.stage),
        POWERTOOLS_METRICS_NAMESPACE: METRIC_NAMESPACE,
        ...environment,
      },
      functionName,
      code,
      role,
      logGroup: this.logGroup,
      handler: "index.handler",
      runtime: Runtime.NODEJS_24_X,
      architecture: Architecture.ARM_64,
    });
  }
}
