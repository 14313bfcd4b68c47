/**
 * The embedded stack allows a function what its role allows, and nothing else, as AWS does.
 *
 * @module
 */

import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";
import { expect, it } from "vitest";
import { lambdaFunction, mapping, queue, role, withRole } from "../../fixtures/local/assembly.ts";
import { startFixture } from "../../fixtures/local/fixture-stack.ts";

const { resolve } = createRequire(import.meta.url);
const sdk = (name: string) => JSON.stringify(pathToFileURL(resolve(`@aws-sdk/${name}`)).href);

const table = {
  Type: "AWS::DynamoDB::Table",
  Properties: {
    TableName: "things",
    BillingMode: "PAY_PER_REQUEST",
    KeySchema: [{ AttributeName: "pk", KeyType: "HASH" }],
    AttributeDefinitions: [{ AttributeName: "pk", AttributeType: "S" }],
  },
};

/** Makes calls that it is told of, and answers with what became of each. */
const caller = `import { DynamoDBClient, GetItemCommand, PutItemCommand } from ${sdk("client-dynamodb")};
  import { GetObjectCommand, PutObjectCommand, S3Client } from ${sdk("client-s3")};
  import { SendMessageCommand, SQSClient } from ${sdk("client-sqs")};
  import { getSignedUrl } from ${sdk("s3-request-presigner")};
  const s3 = new S3Client({ forcePathStyle: true });
  const commands = { GetItemCommand, PutItemCommand, GetObjectCommand, PutObjectCommand, SendMessageCommand };
  const clients = { Item: new DynamoDBClient(), Object: s3, Message: new SQSClient() };
  export const handler = async ({ name, input, presign }) => {
    const command = new commands[name + "Command"](input);
    const client = Object.entries(clients).find(([kind]) => name.endsWith(kind))[1];
    if (presign) return (await fetch(await getSignedUrl(client, command), { method: "PUT", body: input.Body })).status;
    return client.send(command).then(() => "done", (error) => error.name);
  };`;

it("a function may do what its role says, by action, resource, prefix and partition", async () => {
  await using fixture = await startFixture({
    template: {
      Resources: {
        Things: table,
        Files: { Type: "AWS::S3::Bucket", Properties: { BucketName: "files" } },
        Mine: queue({ QueueName: "mine" }),
        Other: queue({ QueueName: "other" }),
        Caller: lambdaFunction("caller", withRole("Narrow")),
        Narrow: role(
          { Effect: "Allow", Action: "sqs:SendMessage", Resource: { "Fn::GetAtt": ["Mine", "Arn"] } },
          { Effect: "Allow", Action: ["s3:PutObject"], Resource: "arn:aws:s3:::files/docs/*" },
          {
            Effect: "Allow",
            Action: ["dynamodb:GetItem", "dynamodb:PutItem"],
            Resource: { "Fn::GetAtt": ["Things", "Arn"] },
          },
          {
            Effect: "Deny",
            Action: "dynamodb:*",
            Resource: "*",
            Condition: { "ForAnyValue:StringLike": { "dynamodb:LeadingKeys": ["K#*"] } },
          },
        ),
      },
    },
    handlers: { caller },
  });
  const call = async (name: string, input: unknown, presign = false): Promise<unknown> => {
    const outcome = await fixture.stack.functions("Caller").invoke({ name, input, presign });
    return outcome.ok ? JSON.parse(outcome.payload) : outcome;
  };
  const send = (id: string) => ({ QueueUrl: fixture.stack.resource(id).ref, MessageBody: "m" });
  const put = (Key: string) => ({ Bucket: "files", Key, Body: "text" });
  const item = (pk: string) => ({ TableName: "things", Item: { pk: { S: pk } } });

  expect(await call("SendMessage", send("Mine"))).toBe("done");
  expect(await call("SendMessage", send("Other"))).toBe("AccessDeniedException");
  expect(await call("PutObject", put("docs/1"))).toBe("done");
  expect(await call("PutObject", put("texts/1"))).toBe("AccessDenied");
  expect(await call("GetObject", { Bucket: "files", Key: "docs/1" })).toBe("AccessDenied");
  expect(await call("PutObject", put("docs/2"), true)).toBe(200);
  expect(await call("PutObject", put("texts/2"), true)).toBe(403);
  expect(await call("PutItem", item("J#1"))).toBe("done");
  expect(await call("PutItem", item("K#1"))).toBe("AccessDeniedException");
  expect(await call("GetItem", { TableName: "things", Key: { pk: { S: "K#1" } } })).toBe("AccessDeniedException");

  const role1 = /role\/fixture-Narrow\/\S*Caller is not authorized to perform: /;
  expect(fixture.warnings).toHaveLength(6);
  for (const warning of fixture.warnings) expect(warning).toMatch(role1);
  expect(fixture.warnings[0]).toMatch(
    /sqs:SendMessage on resource: arn:aws:sqs:us-east-1:000000000000:other because no identity-based policy allows/,
  );
  expect(fixture.warnings.at(-1)).toMatch(/with an explicit deny/);
});

it("a mapping whose function may not poll its queue is refused, as Lambda refuses to make it", async () => {
  const started = startFixture({
    template: {
      Resources: {
        Work: queue({ QueueName: "work" }),
        Mapping: mapping("Work", "Worker"),
        Worker: lambdaFunction("worker", withRole("Poller")),
        Poller: role({ Effect: "Allow", Action: "sqs:ReceiveMessage", Resource: "*" }),
      },
    },
    handlers: { worker: "export const handler = async () => {};" },
  });

  await expect(started).rejects.toThrow(
    "fixture/Mapping: the function's role fixture-Poller does not have permissions to call DeleteMessage on arn:aws:sqs:us-east-1:000000000000:work",
  );
});
