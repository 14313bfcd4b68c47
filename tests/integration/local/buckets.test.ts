import {
  DeleteObjectCommand,
  GetObjectCommand,
  HeadObjectCommand,
  PutObjectCommand,
  S3Client,
} from "@aws-sdk/client-s3";
import { createPresignedPost } from "@aws-sdk/s3-presigned-post";
import { getSignedUrl } from "@aws-sdk/s3-request-presigner";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { FileUnreadableError } from "../../../contracts/errors.ts";
import { classifyError } from "../../../shared/engine/jobs/job-error.ts";
import { getStoredObject } from "../../../shared/lib/stored-object.ts";
import { lambdaFunction, queue } from "../../fixtures/local/assembly.ts";
import { type FixtureStack, startFixture } from "../../fixtures/local/fixture-stack.ts";
import { eventually } from "../../helpers/eventually.ts";

const arn = (id: string) => ({ "Fn::GetAtt": [id, "Arn"] });

const template = {
  Resources: {
    Files: {
      Type: "AWS::S3::Bucket",
      Properties: {
        BucketName: "files",
        CorsConfiguration: {
          CorsRules: [{ AllowedOrigins: ["https://*.example"], AllowedMethods: ["POST"], AllowedHeaders: ["x-amz-*"] }],
        },
      },
    },
    Told: {
      Type: "AWS::S3::Bucket",
      Properties: {
        BucketName: "told",
        NotificationConfiguration: {
          LambdaConfigurations: [{ Event: "s3:ObjectCreated:Put", Function: arn("Printer") }],
        },
      },
    },
    Uploads: queue(),
    Removals: queue(),
    Printer: lambdaFunction("printer"),
    Notifications: {
      Type: "Custom::S3BucketNotifications",
      Properties: {
        BucketName: { Ref: "Files" },
        Managed: true,
        NotificationConfiguration: {
          QueueConfigurations: [
            {
              Events: ["s3:ObjectCreated:*"],
              Filter: { Key: { FilterRules: [{ Name: "prefix", Value: "documents/" }] } },
              QueueArn: arn("Uploads"),
            },
            { Events: ["s3:ObjectRemoved:*"], QueueArn: arn("Removals") },
          ],
        },
      },
    },
  },
};

let fixture: FixtureStack;
let s3: S3Client;

beforeAll(async () => {
  const printer =
    "export const handler = async ({ Records: [r] }) => console.log(r.eventName + ' ' + r.s3.object.key);";
  fixture = await startFixture({ template, handlers: { printer } });
  s3 = new S3Client(fixture.stack.endpoints.s3);
});
afterAll(async () => {
  s3.destroy();
  await fixture[Symbol.asyncDispose]();
});

/** Messages of a queue, without the test event that comes first. */
async function received(queueId: string, count: number): Promise<string[]> {
  const bodies: string[] = [];
  await eventually(`${count} messages in ${queueId}`, async () => {
    bodies.push(...(await fixture.receive(queueId)).filter((body) => !body.includes("s3:TestEvent")));
    return bodies.length >= count;
  });
  return bodies;
}

const post = async (
  key: string,
  content: string | Uint8Array<ArrayBuffer>,
  change: { fields?: Record<string, string>; expires?: number } = {},
) => {
  const { url, fields } = await createPresignedPost(s3, {
    Bucket: "files",
    Key: "documents/p/1",
    Conditions: [["content-length-range", 1, 20_000_000]],
    Expires: change.expires ?? 60,
  });
  const form = new FormData();
  for (const [name, value] of Object.entries({ ...fields, key, ...change.fields })) form.set(name, value);
  form.set("file", new Blob([content]), "a.txt");
  return await fetch(url, { method: "POST", body: form });
};

describe("a bucket's notifications", () => {
  it("reach the queue for keys with the prefix, encoded as S3 does", async () => {
    for (const Key of ["other/1", "documents/p/ä b+c.pdf"]) {
      await s3.send(new PutObjectCommand({ Bucket: "files", Key, Body: "12345" }));
    }

    const bodies = await received("Uploads", 1);

    expect(bodies.map((body) => JSON.parse(body))).toEqual([
      {
        Records: [
          expect.objectContaining({
            eventSource: "aws:s3",
            eventName: "ObjectCreated:Put",
            s3: expect.objectContaining({
              bucket: expect.objectContaining({ name: "files", arn: "arn:aws:s3:::files" }),
              object: expect.objectContaining({ key: "documents/p/%C3%A4+b%2Bc.pdf", size: 5 }),
            }),
          }),
        ],
      },
    ]);
  });

  it("tell of a form upload once, and of a deletion", async () => {
    expect((await post("documents/p/1", "hello")).status).toBe(204);
    await s3.send(new DeleteObjectCommand({ Bucket: "files", Key: "documents/p/1" }));

    const [upload, ...more] = await received("Uploads", 1);
    const [removal] = await received("Removals", 1);

    expect(upload).toContain('"eventName":"ObjectCreated:Post"');
    expect(more).toEqual([]);
    expect(removal).toContain('"eventName":"ObjectRemoved:Delete"');
  });

  it("call a function that a bucket's own property names", async () => {
    await s3.send(new PutObjectCommand({ Bucket: "told", Key: "a", Body: "1" }));

    await eventually("the function runs", () => fixture.output.includes("ObjectCreated:Put a"));
  });
});

describe("a presigned POST", () => {
  it("stores the file, even a large one", async () => {
    const content = new Uint8Array(15_000_000).fill(7);

    const response = await post("documents/p/1", content);

    const head = await s3.send(new HeadObjectCommand({ Bucket: "files", Key: "documents/p/1" }));
    expect([response.status, head.ContentLength]).toEqual([204, 15_000_000]);
  });

  it.each([
    ["a file that is too large", () => post("documents/p/1", new Uint8Array(20_000_001)), 400, "EntityTooLarge"],
    ["a file that is too small", () => post("documents/p/1", ""), 400, "EntityTooSmall"],
    ["another key", () => post("documents/other/1", "x"), 403, "AccessDenied"],
    [
      "a field that the policy does not mention",
      () => post("documents/p/1", "x", { fields: { acl: "public-read" } }),
      403,
      "Extra input fields: acl",
    ],
    [
      "another signature",
      () => post("documents/p/1", "x", { fields: { "X-Amz-Signature": "00" } }),
      403,
      "SignatureDoesNotMatch",
    ],
    [
      "another policy",
      () => post("documents/p/1", "x", { fields: { Policy: btoa("{}") } }),
      403,
      "SignatureDoesNotMatch",
    ],
    ["a policy that has expired", () => post("documents/p/1", "x", { expires: -1 }), 403, "Policy expired"],
  ])("is refused for %s", async (_name, send, status, code) => {
    const response = await send();

    expect([response.status, await response.text()]).toEqual([status, expect.stringContaining(code)]);
  });
});

describe("a presigned URL", () => {
  const urlOf = (signingDate = new Date()) =>
    getSignedUrl(s3, new GetObjectCommand({ Bucket: "files", Key: "shared/a b.txt" }), { expiresIn: 60, signingDate });
  beforeAll(() => s3.send(new PutObjectCommand({ Bucket: "files", Key: "shared/a b.txt", Body: "content" })));

  it("gives the object", async () => {
    expect(await (await fetch(await urlOf())).text()).toBe("content");
  });

  it("is refused when its time is over, when it was changed, and when it is not signed", async () => {
    const url = await urlOf();
    const old = new URL(await urlOf(new Date(Date.now() - 62_000)));

    const answers = await Promise.all(
      [old.href, url.replace("a%20b", "other"), url.split("?")[0] ?? ""].map(async (each) => {
        const response = await fetch(each);
        return [response.status, /<Message>(.*)<\/Message>/.exec(await response.text())?.[1]];
      }),
    );

    expect(answers).toEqual([
      [403, "Request has expired"],
      [403, expect.stringContaining("does not match")],
      [403, "Access Denied"],
    ]);
  });
});

describe("an object that is not there", () => {
  it("is forbidden, not missing, as to a role that may not list the bucket", async () => {
    const get = s3.send(new GetObjectCommand({ Bucket: "files", Key: "documents/none" }));
    await expect(get).rejects.toMatchObject({ name: "AccessDenied", $metadata: { httpStatusCode: 403 } });
    const head = s3.send(new HeadObjectCommand({ Bucket: "files", Key: "documents/none" }));
    await expect(head).rejects.toMatchObject({ $metadata: { httpStatusCode: 403 } });
  });

  it("is the end of the job that wants it, under a name that says what it may be", async () => {
    const error: unknown = await getStoredObject(s3, "files", "documents/none").catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(FileUnreadableError);
    expect(classifyError(error)).toMatchObject({
      type: "FileUnreadableError",
      retryable: false,
      message: expect.stringMatching(/^documents\/none is gone or not readable: S3 answered 403 AccessDenied/),
    });
  });

  it("does not stand for every refusal: what may pass is tried again", async () => {
    const busy = {
      send: () => Promise.reject(Object.assign(new Error("Reduce your request rate."), { name: "SlowDown" })),
    };
    const error: unknown = await getStoredObject(busy as unknown as S3Client, "files", "a").catch((e: unknown) => e);
    expect(classifyError(error)).toMatchObject({ type: "SlowDown", retryable: true });
  });
});

describe("a bucket's CORS rules", () => {
  const preflight = (origin: string, method: string) =>
    fetch(`${fixture.stack.endpoints.s3.endpoint}/files`, {
      method: "OPTIONS",
      headers: { origin, "access-control-request-method": method, "access-control-request-headers": "x-amz-date" },
    });

  it("let in the origins and methods they name, and no others", async () => {
    const allowed = await preflight("https://app.example", "POST");

    expect(allowed.status).toBe(200);
    expect(allowed.headers.get("access-control-allow-origin")).toBe("https://app.example");
    expect((await preflight("https://app.example", "PUT")).status).toBe(403);
    expect((await preflight("https://evil.test", "POST")).status).toBe(403);
  });
});
