import { deadLetterName, laneName } from "../../../contracts/jobs/lanes.ts";
import { physicalName } from "../../../contracts/resources.ts";
import { queuesAt, sizes } from "../../../contracts/sizes.ts";
import { type Check, fail, warn } from "../../doctor/check.ts";
import type { PlannedStage } from "../planned-stage.ts";
import { findStack } from "../stacks.ts";
import { regionOf, type StageTarget, stackName } from "../stage.ts";
import { unanswered } from "./unanswered.ts";

/** Dead letters of Sluice's own functions, which no queue of tasks can be named after. */
const ofFunctions: readonly string[] = ["sweeper", "scheduled"].map(deadLetterName);

/** A queue that the deployment removes, and that holds messages. */
interface Leaving {
  /** Without the stage. */
  readonly name: string;
  readonly messages: number;
}

/**
 * Whether queues that the deployment removes hold messages: those of another size, or of a family that is left out. CloudFormation
 * deletes a queue with all that it holds.
 */
export async function checkLeavingQueues(planned: PlannedStage): Promise<Check[]> {
  try {
    const leaving = await findLeaving(planned);
    return leaving.map((each) => judge(planned, each));
  } catch (error) {
    return [unanswered("queues that go", error)];
  }
}

async function findLeaving({ target, queues }: PlannedStage): Promise<Leaving[]> {
  const deployed = await deployedQueues(target);
  const prefix = physicalName(target.stage, "");
  const staying = new Set([
    ...ofFunctions,
    ...queues.flatMap(({ name, lanes }) => [...lanes.map((lane) => laneName(name, lane)), deadLetterName(name)]),
  ]);
  const { GetQueueAttributesCommand, SQSClient } = await import("@aws-sdk/client-sqs");
  const client = new SQSClient(regionOf(target));
  const leaving: Leaving[] = [];
  for (const QueueUrl of deployed) {
    const name = QueueUrl.slice(QueueUrl.lastIndexOf("/") + 1 + prefix.length);
    if (staying.has(name)) continue;
    const asked = new GetQueueAttributesCommand({ QueueUrl, AttributeNames: counts });
    const { Attributes = {} } = await client.send(asked);
    const messages = counts.reduce((sum, count) => sum + Number(Attributes[count] ?? 0), 0);
    if (messages > 0) leaving.push({ name, messages });
  }
  return leaving;
}

/** The URLs of the queues that the stage has now; none before its first deployment. */
async function deployedQueues(target: StageTarget): Promise<string[]> {
  const name = stackName(target, "tasks");
  if ((await findStack(target, name)) === undefined) return [];
  const { CloudFormationClient, paginateListStackResources } = await import("@aws-sdk/client-cloudformation");
  const client = new CloudFormationClient(regionOf(target));
  const urls: string[] = [];
  for await (const { StackResourceSummaries = [] } of paginateListStackResources({ client }, { StackName: name })) {
    const queues = StackResourceSummaries.filter(
      ({ ResourceType: type, ResourceStatus: status }) => type === "AWS::SQS::Queue" && status !== "DELETE_COMPLETE",
    );
    urls.push(...queues.flatMap(({ PhysicalResourceId: url }) => url ?? []));
  }
  return urls;
}

const counts = [
  "ApproximateNumberOfMessages",
  "ApproximateNumberOfMessagesNotVisible",
  "ApproximateNumberOfMessagesDelayed",
] as const satisfies string[];

function judge({ allQueues, queues }: PlannedStage, { name, messages }: Leaving): Check {
  const detail = `${name} goes with this deployment, and its ${messages === 1 ? "message" : `${messages} messages`} with it`;
  const [, queue = name, kind] = /^(.*)-(high|low|dlq)$/.exec(name) ?? [];
  const isDead = kind === "dlq";
  const staying = new Set(queues.flatMap(({ tasks }) => tasks.map((task) => task.name)));
  const own = tasksOn(allQueues, queue);
  if (own.length > 0 && own.every((task) => staying.has(task))) {
    const advice = isDead
      ? "Its dead letters are listed under the queues that run their tasks then. That takes up to 15 minutes."
      : "Its jobs are sent again by the sweeper, to the queues that run their tasks then. That takes minutes.";
    return warn("queues that go", detail, advice);
  }
  const advice = isDead
    ? `Its dead letters would be listed nowhere. First run them again, archive or purge them: npx sluice dlq redrive ${queue}, dlq archive ${queue} or dlq purge ${queue}, each with --all.`
    : `Nothing will run its jobs. Let them end first, or revoke them: npx sluice queues purge ${queue}.`;
  return fail("queues that go", detail, advice);
}

/** Names of the tasks that run on a queue in a stage of one size or another. */
function tasksOn(allQueues: PlannedStage["allQueues"], queue: string): string[] {
  const tasks = Object.fromEntries(allQueues.flatMap((each) => each.tasks).map((task) => [task.name, task]));
  const found = sizes.flatMap((size) => queuesAt(size, tasks).filter(({ name }) => name === queue));
  return [...new Set(found.flatMap((each) => each.tasks.map(({ name }) => name)))];
}
