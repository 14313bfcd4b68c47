/**
 * Which events of a bucket go where, and what such an event looks like.
 *
 * @module
 */

/** Which object events of a bucket go where. */
export interface NotificationRule {
  readonly id: string;
  readonly bucket: string;
  /** Such as `s3:ObjectCreated:*`. */
  readonly events: readonly string[];
  /** ARN of a queue or a function. */
  readonly targetArn: string;
  readonly prefix: string;
  readonly suffix: string;
}

/** An object that was created or removed. */
export interface ObjectEvent {
  readonly bucket: string;
  readonly key: string;
  /** Such as `ObjectCreated:Post`. */
  readonly name: string;
  readonly size?: number | undefined;
  readonly etag?: string | undefined;
}

/** Whether a notification rule applies to an event. */
export function matches(rule: NotificationRule, { bucket, key, name }: ObjectEvent): boolean {
  const wanted = rule.events.some((pattern) => {
    const event = pattern.replace(/^s3:/, "");
    return event.endsWith("*") ? name.startsWith(event.slice(0, -1)) : name === event;
  });
  return wanted && rule.bucket === bucket && key.startsWith(rule.prefix) && key.endsWith(rule.suffix);
}

/** Keys come as in a query string: spaces as plus signs, slashes as they are. */
const encodeKey = (key: string): string => encodeURIComponent(key).replaceAll("%20", "+").replaceAll("%2F", "/");

let sequence = 0;

/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-content-structure.html */
export function toNotification(event: ObjectEvent, rule: NotificationRule, region: string): object {
  sequence += 1;
  const sequencer = (BigInt(Date.now()) * 4_096n + BigInt(sequence % 4_096))
    .toString(16)
    .toUpperCase()
    .padStart(16, "0");
  const record = {
    eventVersion: "2.1",
    eventSource: "aws:s3",
    awsRegion: region,
    eventTime: new Date().toISOString(),
    eventName: event.name,
    userIdentity: { principalId: "local" },
    requestParameters: { sourceIPAddress: "127.0.0.1" },
    responseElements: { "x-amz-request-id": sequencer, "x-amz-id-2": "local" },
    s3: {
      s3SchemaVersion: "1.0",
      configurationId: rule.id,
      bucket: { name: event.bucket, ownerIdentity: { principalId: "local" }, arn: `arn:aws:s3:::${event.bucket}` },
      object: {
        key: encodeKey(event.key),
        ...(event.size === undefined ? {} : { size: event.size }),
        ...(event.etag === undefined ? {} : { eTag: event.etag.replaceAll('"', "") }),
        sequencer,
      },
    },
  };
  return { Records: [record] };
}

/** S3 sends one to each queue when the configuration is made. */
export const testEvent = (bucket: string): object => ({
  Service: "Amazon S3",
  Event: "s3:TestEvent",
  Time: new Date().toISOString(),
  Bucket: bucket,
  RequestId: "local",
  HostId: "local",
});
