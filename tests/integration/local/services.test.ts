import {
  DescribeTableCommand,
  DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  QueryCommand,
  ScanCommand,
} from "@aws-sdk/client-dynamodb";
import {
  ChangeMessageVisibilityCommand,
  GetQueueUrlCommand,
  ReceiveMessageCommand,
  SendMessageCommand,
  SQSClient,
} from "@aws-sdk/client-sqs";
import { describe, expect, it } from "vitest";
import { deleteExpired } from "../../../local/services/ttl.ts";
import { type Stack, startStack } from "../../../local/stack.ts";
import { lambdaFunction, mapping, queue, role, withRole, writeAssembly } from "../../fixtures/local/assembly.ts";
import { recordHandler, startFixture } from "../../fixtures/local/fixture-stack.ts";
import { eventually } from "../../helpers/eventually.ts";

const table = (properties: Record<string, unknown> = {}) => ({
  Type: "AWS::DynamoDB::Table",
  Properties: {
    TableName: "things",
    BillingMode: "PAY_PER_REQUEST",
    KeySchema: [{ AttributeName: "pk", KeyType: "HASH" }],
    AttributeDefinitions: [{ AttributeName: "pk", AttributeType: "S" }],
    TimeToLiveSpecification: { AttributeName: "ttl", Enabled: true },
    ...properties,
  },
});

describe("tables", () => {
  it("lose the items whose time is over, however many there are, and no others", async () => {
    await using fixture = await startFixture({ template: { Resources: { Things: table() } } });
    const client = new DynamoDBClient(fixture.stack.endpoints.dynamodb);
    const now = Math.floor(Date.now() / 1_000);
    const put = (pk: string, ttl?: number) =>
      client.send(
        new PutItemCommand({
          TableName: "things",
          Item: { pk: { S: pk }, ...(ttl === undefined ? {} : { ttl: { N: String(ttl) } }) },
        }),
      );
    await Promise.all(Array.from({ length: 450 }, (_, index) => put(`old ${index}`, now - 10)));
    await Promise.all([put("future", now + 1_000), put("forever")]);

    const deleted = await deleteExpired({ name: "things", keys: ["pk"], indexes: [], ttlAttribute: "ttl" }, client);

    const { Items = [] } = await client.send(new ScanCommand({ TableName: "things" }));
    client.destroy();
    expect(deleted).toBe(450);
    expect(Items.map((item) => item.pk?.S).sort()).toEqual(["forever", "future"]);
  });

  it("say so when an earlier run left the same table with other keys", async () => {
    const first = await writeAssembly({ template: { Resources: { Things: table() } } });
    const other = {
      KeySchema: [{ AttributeName: "id", KeyType: "HASH" }],
      AttributeDefinitions: [{ AttributeName: "id", AttributeType: "S" }],
    };
    const second = await writeAssembly({ template: { Resources: { Things: table(other) } } });
    const dataDir = `${first.directory}/data`;
    await (await startStack({ assembly: first.directory, dataDir })).stop();

    await expect(startStack({ assembly: second.directory, dataDir })).rejects.toThrow(
      "Table things was made with other keys or indexes.",
    );
    await Promise.all([first.remove(), second.remove()]);
  });

  it("have the indexes of the template by now, filled and without those that it has no more", async () => {
    const byOwner = { IndexName: "owner", KeySchema: [{ AttributeName: "owner", KeyType: "HASH" }] };
    const byKind = { IndexName: "kind", KeySchema: [{ AttributeName: "kind", KeyType: "HASH" }] };
    const attribute = (AttributeName: string) => ({ AttributeName, AttributeType: "S" });
    const indexed = (index: typeof byOwner) =>
      table({
        AttributeDefinitions: ["pk", ...index.KeySchema.map(({ AttributeName }) => AttributeName)].map(attribute),
        GlobalSecondaryIndexes: [{ ...index, Projection: { ProjectionType: "ALL" } }],
      });
    const assemblies = await Promise.all(
      [byOwner, byKind, byOwner].map((index) => writeAssembly({ template: { Resources: { Things: indexed(index) } } })),
    );
    const dataDir = `${assemblies[0]?.directory}/data`;
    const seen: unknown[] = [];
    for (const [index, { directory }] of assemblies.entries()) {
      const stack = await startStack({ assembly: directory, dataDir });
      const client = new DynamoDBClient(stack.endpoints.dynamodb);
      const id = `thing ${index}`;
      const Item = { pk: { S: id }, owner: { S: "acme" }, kind: { S: "acme" } };
      await client.send(new PutItemCommand({ TableName: "things", Item }));
      const { Table } = await client.send(new DescribeTableCommand({ TableName: "things" }));
      const [name] = Table?.GlobalSecondaryIndexes?.map(({ IndexName }) => IndexName) ?? [];
      const { Items = [] } = await client.send(
        new QueryCommand({
          TableName: "things",
          IndexName: name,
          KeyConditionExpression: "#name = :acme",
          ExpressionAttributeNames: { "#name": name ?? "" },
          ExpressionAttributeValues: { ":acme": { S: "acme" } },
        }),
      );
      seen.push([name, Items.map(({ pk }) => pk?.S).sort()]);
      client.destroy();
      await stack.stop();
    }
    expect(seen).toEqual([
      ["owner", ["thing 0"]],
      ["kind", ["thing 0", "thing 1"]],
      ["owner", ["thing 0", "thing 1", "thing 2"]],
    ]);
    await Promise.all(assemblies.map((each) => each.remove()));
  });
});

describe("the data directory", () => {
  it("keeps items, messages and files across a restart", async () => {
    const Resources = { Things: table(), Jobs: queue({ QueueName: "jobs" }) };
    const assembly = await writeAssembly({ template: { Resources } });
    const options = { assembly: assembly.directory, dataDir: `${assembly.directory}/data` };
    const item = { TableName: "things", Item: { pk: { S: "kept" } } };
    const first = await startStack(options);
    const before = new DynamoDBClient(first.endpoints.dynamodb);
    await before.send(new PutItemCommand(item));
    before.destroy();
    await first.stop();

    const second = await startStack(options);
    const after = new DynamoDBClient(second.endpoints.dynamodb);
    const found = await after.send(new GetItemCommand({ TableName: "things", Key: item.Item }));
    after.destroy();
    await second.stop();
    await assembly.remove();

    expect(found.Item).toEqual(item.Item);
    expect(second.apiKey).toBe(first.apiKey);
  });

  it("keeps a message that is given back, until it is a dead letter, across a restart", async () => {
    const Resources = {
      Dead: queue({ QueueName: "jobs-dlq" }),
      Jobs: queue({
        QueueName: "jobs",
        RedrivePolicy: { deadLetterTargetArn: { "Fn::GetAtt": ["Dead", "Arn"] }, maxReceiveCount: 2 },
      }),
    };
    const assembly = await writeAssembly({ template: { Resources } });
    const options = { assembly: assembly.directory, dataDir: `${assembly.directory}/data` };
    /** Receives from a queue of the stack, and gives what came back at once. */
    const receive = async (stack: Stack, name: string) => {
      const client = new SQSClient(stack.endpoints.sqs);
      const { QueueUrl } = await client.send(new GetQueueUrlCommand({ QueueName: name }));
      const { Messages: [message] = [] } = await client.send(
        new ReceiveMessageCommand({ QueueUrl, MessageSystemAttributeNames: ["ApproximateReceiveCount"] }),
      );
      const ReceiptHandle = message?.ReceiptHandle;
      if (ReceiptHandle !== undefined) {
        await client.send(new ChangeMessageVisibilityCommand({ QueueUrl, ReceiptHandle, VisibilityTimeout: 0 }));
      }
      client.destroy();
      return [message?.Body, message?.Attributes?.ApproximateReceiveCount];
    };
    const first = await startStack(options);
    const client = new SQSClient(first.endpoints.sqs);
    const { QueueUrl } = await client.send(new GetQueueUrlCommand({ QueueName: "jobs" }));
    await client.send(new SendMessageCommand({ QueueUrl, MessageBody: "kept" }));
    client.destroy();
    const once = await receive(first, "jobs");
    await first.stop();

    const second = await startStack(options);
    const twice = await receive(second, "jobs");
    const gone = await receive(second, "jobs");
    const dead = await receive(second, "jobs-dlq");
    await second.stop();
    await assembly.remove();

    expect(once).toEqual(["kept", "1"]);
    expect(twice).toEqual(["kept", "2"]);
    expect(gone).toEqual([undefined, undefined]);
    expect(dead[0]).toBe("kept");
  });

  it("gives out at once, after a restart, what the last run's workers held", async () => {
    const Resources = { Jobs: queue({ QueueName: "jobs", VisibilityTimeout: 1_800 }) };
    const assembly = await writeAssembly({ template: { Resources } });
    const options = { assembly: assembly.directory, dataDir: `${assembly.directory}/data` };
    /** Receives and keeps hold, as a worker does. */
    const receive = async (stack: Stack, sending?: string) => {
      const client = new SQSClient(stack.endpoints.sqs);
      const { QueueUrl } = await client.send(new GetQueueUrlCommand({ QueueName: "jobs" }));
      if (sending !== undefined) await client.send(new SendMessageCommand({ QueueUrl, MessageBody: sending }));
      const { Messages: [message] = [] } = await client.send(
        new ReceiveMessageCommand({ QueueUrl, MessageSystemAttributeNames: ["ApproximateReceiveCount"] }),
      );
      client.destroy();
      return [message?.Body, message?.Attributes?.ApproximateReceiveCount];
    };
    const first = await startStack(options);
    const held = await receive(first, "held");
    const hidden = await receive(first);
    await first.stop();

    const second = await startStack(options);
    const again = await receive(second);
    await second.stop();
    await assembly.remove();

    expect(held).toEqual(["held", "1"]);
    expect(hidden).toEqual([undefined, undefined]);
    expect(again).toEqual(["held", "2"]);
  });

  it("belongs to one stack at a time", async () => {
    const assembly = await writeAssembly({ template: { Resources: { Things: table() } } });
    const options = { assembly: assembly.directory, dataDir: `${assembly.directory}/data` };
    const first = await startStack(options);

    await expect(startStack(options)).rejects.toThrow("is in use by another stack");

    await first.stop();
    await assembly.remove();
  });
});

/** For a handler that is in a folder without node_modules. */
const sdk = (name: string): string => JSON.stringify(import.meta.resolve(`@aws-sdk/${name}`));

const secretsOf = (Action: string) => ({ Effect: "Allow", Action, Resource: "*" });

describe("secrets", () => {
  it("are given out by name to a function that asks Secrets Manager", async () => {
    const handler = `import { GetSecretValueCommand, SecretsManagerClient } from ${sdk("client-secrets-manager")};
    export const handler = async ({ id }) => {
      const answer = await new SecretsManagerClient().send(new GetSecretValueCommand({ SecretId: id })).catch((e) => e);
      return answer.SecretString ?? answer.name;
    };`;
    await using fixture = await startFixture(
      {
        template: {
          Resources: {
            Asker: lambdaFunction("asker", withRole("Reader")),
            Reader: role(secretsOf("secretsmanager:GetSecretValue")),
          },
        },
        handlers: { asker: handler },
      },
      { secrets: new Map([["team/key", "s3cret"]]) },
    );
    const asker = fixture.stack.functions("Asker");
    const ids = ["team/key", "arn:aws:secretsmanager:us-east-1:000000000000:secret:team/key", "team/other"];

    const answers = await Promise.all(ids.map((id) => asker.invoke({ id })));

    expect(answers.map((answer) => answer.ok && answer.payload)).toEqual([
      '"s3cret"',
      '"s3cret"',
      '"ResourceNotFoundException"',
    ]);
  });
});

describe("parameters", () => {
  it("are given out by name or ARN to a function that asks SSM", async () => {
    const handler = `import { GetParameterCommand, SSMClient } from ${sdk("client-ssm")};
    export const handler = async ({ Name }) => {
      const answer = await new SSMClient().send(new GetParameterCommand({ Name })).catch((error) => error);
      return answer.Parameter?.Value ?? answer.name;
    };`;
    await using fixture = await startFixture(
      {
        template: {
          Resources: {
            Asker: lambdaFunction("asker", withRole("Reader")),
            Reader: role(secretsOf("ssm:GetParameter")),
          },
        },
        handlers: { asker: handler },
      },
      { secrets: new Map([["/team/key", "s3cret"]]) },
    );
    const asker = fixture.stack.functions("Asker");
    const names = ["/team/key", "arn:aws:ssm:us-east-1:000000000000:parameter/team/key", "/team/other"];

    const answers = await Promise.all(names.map((Name) => asker.invoke({ Name })));

    expect(answers.map((answer) => answer.ok && answer.payload)).toEqual([
      '"s3cret"',
      '"s3cret"',
      '"ParameterNotFound"',
    ]);
  });
});

describe("the time scale", () => {
  it("divides the backoff settings of the functions, rounded up to a second, and nothing else", async () => {
    const Variables = { TASK_RETRY_BACKOFF: "60", TASK_RETRY_BACKOFF_MAX: "600", TASK_LEASE_SECONDS: "60" };
    const Resources = { Worker: lambdaFunction("worker", { Environment: { Variables } }) };
    const handlers = { worker: "export const handler = async () => process.env;" };
    await using fixture = await startFixture({ template: { Resources }, handlers }, { timeScale: 100 });

    const outcome = await fixture.stack.functions("Worker").invoke({});

    expect(JSON.parse(outcome.ok ? outcome.payload : "{}")).toMatchObject({
      TASK_RETRY_BACKOFF: "1",
      TASK_RETRY_BACKOFF_MAX: "6",
      TASK_LEASE_SECONDS: "60",
    });
  });
});

describe("a reload", () => {
  it("replaces the functions and lets what runs end, while data and addresses stay", async () => {
    const Resources = {
      Work: queue({ QueueName: "work", VisibilityTimeout: 60 }),
      Worker: lambdaFunction("worker"),
      Mapping: mapping("Work", "Worker", { BatchSize: 1 }),
    };
    const version = (name: string, wait: number) =>
      recordHandler(`await new Promise((r) => setTimeout(r, ${wait})); console.log('${name} did ' + record.body);`);
    const next = await writeAssembly({ template: { Resources }, handlers: { worker: version("new", 0) } });
    await using fixture = await startFixture({ template: { Resources }, handlers: { worker: version("old", 700) } });
    const { stack } = fixture;
    const addresses = [stack.url, stack.resource("Work").ref];
    await fixture.send("Work", "a", "b", "c", "d");
    await eventually("two run", () => stack.running().length === 2);

    await stack.reload(next.directory);

    await eventually("all have run", () => fixture.output.filter((line) => line.includes(" did ")).length === 4);
    const done = fixture.output.filter((line) => line.includes(" did ")).map((line) => line.split(" did ")[0]);
    expect(done.sort()).toEqual(["new", "new", "old", "old"]);
    expect([stack.url, stack.resource("Work").ref]).toEqual(addresses);
    await next.remove();
  });
});
