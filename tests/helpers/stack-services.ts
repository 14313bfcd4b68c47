import { catalog } from "../../contracts/catalog.ts";
import type { Stack } from "../../local/stack.ts";
import { type JobServices, jobServices } from "../../shared/engine/jobs/services.ts";

/** The job services as a function of the stack has them: for what a test cannot reach over HTTP. */
export function servicesOf({ endpoints, resources }: Stack): JobServices {
  Object.assign(process.env, {
    AWS_REGION: endpoints.sqs.region,
    AWS_ACCESS_KEY_ID: endpoints.sqs.credentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: endpoints.sqs.credentials.secretAccessKey,
    AWS_ENDPOINT_URL_SQS: endpoints.sqs.endpoint,
    AWS_ENDPOINT_URL_DYNAMODB: endpoints.dynamodb.endpoint,
    AWS_ENDPOINT_URL_S3: endpoints.s3.endpoint,
  });
  const ref = (type: string, ending = "") =>
    String(resources(type).find((each) => String(each.ref).endsWith(ending))?.ref);
  return jobServices(catalog, {
    SLUICE_STAGE: "local",
    SLUICE_TABLE: ref("AWS::DynamoDB::Table"),
    SLUICE_BUCKET: ref("AWS::S3::Bucket"),
    SLUICE_QUEUE_URL_PREFIX: ref("AWS::SQS::Queue", "default-high").slice(0, -"default-high".length),
  });
}
