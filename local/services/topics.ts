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

/** Creates each topic unless an earlier run left it, and gives it the template's subscriptions. */
export function createTopics(deployment: Deployment, region: string, store: TopicStore, log: StackLog): void {
  for (const resource of deployment.ofType("AWS::SNS::Topic")) {
    if (!store.getTopic(resource.ref)) store.createTopic(nameOf(resource), {}, undefined, region);
    const { Subscription = [] } = propertiesOf(
      resource,
      z.object({ Subscription: z.array(subscriptionSchema).optional() }),
    );
    for (const each of Subscription) subscribe(resource.ref, each, store, log);
  }
  for (const resource of deployment.ofType("AWS::SNS::Subscription")) {
    const { TopicArn, ...subscription } = propertiesOf(resource, inTopicSchema);
    subscribe(TopicArn, subscription, store, log);
  }
}

function subscribe(topicArn: string, wanted: Subscription, store: TopicStore, log: StackLog): void {
  const { Protocol, Endpoint, RawMessageDelivery, FilterPolicy, FilterPolicyScope } = wanted;
  if (Protocol !== "sqs" || Endpoint === undefined) {
    log.debug(`Topic ${topicArn} tells nobody by ${Protocol}: only queues are told here.`);
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
