/**
 * Makes the template's SNS topics and their subscriptions. The emulator delivers to queues alone.
 *
 * @module
 */

import { z } from "zod";
import type { StackLog } from "../log.ts";
import type { Deployment, Resource } from "../template/deployment.ts";
import { propertiesOf } from "../template/parse.ts";
import type { TopicStore } from "./emulator.ts";

const subscriptionSchema = z.object({
  Protocol: z.string(),
  Endpoint: z.string().optional(),
  RawMessageDelivery: z.boolean().optional(),
  FilterPolicy: z.record(z.string(), z.json()).optional(),
  FilterPolicyScope: z.string().optional(),
});

const inTopicSchema = subscriptionSchema.extend({ TopicArn: z.string() });

type Subscription = z.infer<typeof subscriptionSchema>;

/** Where topics are made, and who hears of those that do nothing. */
interface Topics {
  readonly store: TopicStore;
  readonly log: StackLog;
}

/** Creates each topic unless an earlier run left it, and gives it the template's subscriptions. */
export function createTopics(deployment: Deployment, region: string, topics: Topics): void {
  const { store } = topics;
  for (const resource of deployment.ofType("AWS::SNS::Topic")) {
    if (!store.getTopic(resource.ref)) store.createTopic(nameOf(resource), {}, undefined, region);
    const { Subscription = [] } = propertiesOf(
      resource,
      z.object({ Subscription: z.array(subscriptionSchema).optional() }),
    );
    for (const each of Subscription) subscribe(topics, resource.ref, each);
  }
  for (const resource of deployment.ofType("AWS::SNS::Subscription")) {
    const { TopicArn, ...subscription } = propertiesOf(resource, inTopicSchema);
    subscribe(topics, TopicArn, subscription);
  }
}

function subscribe({ store, log }: Topics, topicArn: string, wanted: Subscription): void {
  const { Protocol, Endpoint, RawMessageDelivery, FilterPolicy, FilterPolicyScope } = wanted;
  if (Protocol !== "sqs" || Endpoint === undefined) {
    log.debug(`Topic ${topicArn} does not deliver by ${Protocol}: the embedded stack delivers to queues alone.`);
    return;
  }
  // One that an earlier run left may have other attributes.
  for (const { arn, protocol, endpoint } of store.listSubscriptionsByTopic(topicArn).subscriptions) {
    if (protocol === Protocol && endpoint === Endpoint) store.unsubscribe(arn);
  }
  store.subscribe(topicArn, Protocol, Endpoint, {
    ...(RawMessageDelivery === undefined ? {} : { RawMessageDelivery: String(RawMessageDelivery) }),
    ...(FilterPolicy === undefined ? {} : { FilterPolicy: JSON.stringify(FilterPolicy) }),
    ...(FilterPolicyScope === undefined ? {} : { FilterPolicyScope }),
  });
}

const nameOf = (resource: Resource): string => String(resource.attribute("TopicName"));
