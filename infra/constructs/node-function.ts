import { Duration, RemovalPolicy, Stack, Token } from "aws-cdk-lib";
import { PolicyStatement, Role, ServicePrincipal } from "aws-cdk-lib/aws-iam";
import {
  Architecture,
  CfnFunction,
  type Code,
  type FunctionProps,
  Function as LambdaFunction,
  Runtime,
  Tracing,
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
  /** It calls models, so it runs where a private model server can be reached. @default false */
  readonly callsModels?: boolean;
}

/** A Lambda function with a role of its own, which may write to its own log group and nothing else until granted. */
export class NodeFunction extends Construct {
  readonly function: LambdaFunction;
  readonly logGroup: LogGroup;

  constructor(
    scope: Construct,
    id: string,
    { config, name, code, environment, callsModels = false, ...props }: NodeFunctionProps,
  ) {
    super(scope, id);
    const functionName = physicalName(config.stage, name);
    this.logGroup = new LogGroup(this, "Logs", {
      logGroupName: `/aws/lambda/${functionName}`,
      retention: config.logRetentionDays,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    const role = new Role(this, "Role", { assumedBy: new ServicePrincipal("lambda.amazonaws.com") });
    this.logGroup.grantWrite(role);
    const variables = {
      ...settingsEnvironment(config, Object.keys(logSettings.shape)),
      POWERTOOLS_SERVICE_NAME: metricService(config.stage),
      POWERTOOLS_METRICS_NAMESPACE: METRIC_NAMESPACE,
      ...environment,
    };
    checkEnvironment(name, variables);
    this.function = new LambdaFunction(this, "Function", {
      tracing: config.isTraced ? Tracing.ACTIVE : Tracing.DISABLED,
      memorySize: 256,
      timeout: Duration.seconds(30),
      ...props,
      environment: variables,
      functionName,
      code,
      role,
      logGroup: this.logGroup,
      handler: "index.handler",
      runtime: Runtime.NODEJS_24_X,
      architecture: Architecture.ARM_64,
    });
    if (callsModels && config.network) attach(this.function, config.network);
    if (config.kmsKey !== undefined) grantKey(this.function, config.kmsKey);
  }
}

/** What Lambda takes of names and values together, https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html */
const MOST_BYTES = 4_096;
/** Of a value that CloudFormation fills in, such as the name of a table or a queue's URL, and of a variable that CDK adds. */
const UNKNOWN_BYTES = 80;
/** Settings that an error names. */
const NAMED = 3;

/**
 * Lambda refuses such a function while it is deployed, when other stacks are changed already.
 * @throws Error that names the longest settings
 */
function checkEnvironment(name: string, variables: Readonly<Record<string, string>>): void {
  const bytesOf = (value: string) => (Token.isUnresolved(value) ? UNKNOWN_BYTES : Buffer.byteLength(value));
  const sizes = Object.entries(variables).map(([key, value]) => ({ key, bytes: key.length + bytesOf(value) }));
  const sum = sizes.reduce((total, { bytes }) => total + bytes, UNKNOWN_BYTES);
  if (sum <= MOST_BYTES) return;
  const longest = sizes.toSorted((one, other) => other.bytes - one.bytes).slice(0, NAMED);
  throw new Error(
    `The function ${name} has about ${sum} bytes of settings, and Lambda takes ${MOST_BYTES}. ` +
      `Shorten the longest: ${longest.map(({ key, bytes }) => `${key} (${bytes})`).join(", ")}.`,
  );
}

/** Lambda makes and removes the function's network interfaces in the name of its role, which knows no narrower resource. */
const interfaceActions = [
  "ec2:CreateNetworkInterface",
  "ec2:DescribeNetworkInterfaces",
  "ec2:DescribeSubnets",
  "ec2:DeleteNetworkInterface",
  "ec2:AssignPrivateIpAddresses",
  "ec2:UnassignPrivateIpAddresses",
];

/** Attaches a function to subnets that are named by their ids alone, so that nothing is looked up at synthesis. */
function attach(to: LambdaFunction, { subnets, securityGroups }: NonNullable<StageConfig["network"]>): void {
  const { defaultChild } = to.node;
  if (!(defaultChild instanceof CfnFunction)) throw new Error("The function is not a CfnFunction.");
  defaultChild.vpcConfig = { subnetIds: [...subnets], securityGroupIds: [...securityGroups] };
  to.addToRolePolicy(new PolicyStatement({ actions: interfaceActions, resources: ["*"] }));
  // Without the permission, Lambda refuses to make the function.
  const policy = to.role?.node.tryFindChild("DefaultPolicy");
  if (policy) to.node.addDependency(policy);
}

/** Services whose data the key encrypts: a function uses it through them alone. */
const encrypted = ["sqs", "dynamodb", "s3"];

function grantKey(to: LambdaFunction, key: string): void {
  const { region } = Stack.of(to);
  to.addToRolePolicy(
    new PolicyStatement({
      actions: ["kms:Decrypt", "kms:GenerateDataKey", "kms:DescribeKey"],
      resources: [key],
      conditions: {
        StringEquals: { "kms:ViaService": encrypted.map((service) => `${service}.${region}.amazonaws.com`) },
      },
    }),
  );
}
