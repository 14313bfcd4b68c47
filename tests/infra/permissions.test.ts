import { describe, expect, test } from "vitest";
import { z } from "zod";
import { catalog } from "../../contracts/catalog.ts";
import type { Capability } from "../../contracts/define-task.ts";
import { settleBatchTask } from "../../contracts/jobs/batch-tasks.ts";
import { bucketPrefix, webhookSecretPrefix } from "../../contracts/resources.ts";
import { callbackTask } from "../../contracts/webhooks/webhooks.ts";
import { modelPartitions } from "../../infra/constructs/table-access.ts";
import { pascalCase } from "../../infra/constructs/task-queue.ts";
import { type Synthesized, synthesize } from "../helpers/synthesized.ts";

const { queueOf, queues } = catalog;

const oneOrMany = z.union([z.string().transform((one) => [one]), z.array(z.string())]);
const policySchema = z.object({
  PolicyDocument: z.object({
    Statement: z.array(
      z.object({
        Effect: z.enum(["Allow", "Deny"]),
        Action: oneOrMany,
        Condition: z.unknown().optional(),
        Resource: z.unknown().transform((resource) => (Array.isArray(resource) ? resource : [resource])),
      }),
    ),
  }),
});

/** CDK puts what is too long for a role's own policy, with many queues, into managed ones of that role. */
const policiesOf = (stacks: Synthesized) => [
  ...stacks.ofType("AWS::IAM::Policy"),
  ...stacks.ofType("AWS::IAM::ManagedPolicy"),
];

const deniedSchema = z.object({
  "ForAnyValue:StringLike": z.object({ "dynamodb:LeadingKeys": z.array(z.string()) }),
});

const statementsOf = (stacks: Synthesized) =>
  policiesOf(stacks).flatMap((policy) =>
    policySchema.parse(policy.properties).PolicyDocument.Statement.map((statement) => ({
      role: policy.id,
      ...statement,
      text: JSON.stringify(statement.Resource),
    })),
  );
/** Everything that a role may do. */
const allowed = (stacks: Synthesized) => statementsOf(stacks).filter((statement) => statement.Effect === "Allow");
const stage = synthesize();
const statements = allowed(stage);

/** Wildcards inside a resource, and why each is as narrow as it can be. */
const reasons: [pattern: RegExp, reason: string][] = [
  [
    new RegExp(`"/(${Object.values(bucketPrefix).join("|")})\\*"`),
    "Keys under the prefix hold ids and hashes, not known at deployment.",
  ],
  [/bucket\/[a-z0-9-]+\/index\/sluice-\*"/, "Indexes are made for each embedding model and migration."],
  [/:event-source-mapping:\*"/, "A mapping's id is Lambda's own; a condition holds it to the stage's functions."],
  [/:parameter\/sluice\/dev\/webhooks\/\*/, "Each tenant's signing secret is a parameter, not known at deployment."],
  [/:parameter\/sluice\/dev\/llm\/\*/, "An admin defines providers of language models after the deployment."],
  [/"Arn"\]\},":\*"/, "EventBridge Scheduler's target may be any version of the one function."],
];

test("no statement allows an action by wildcard", () => {
  expect(statements.filter((statement) => statement.Action.some((action) => action.includes("*")))).toEqual([]);
});

test("a wildcard in a resource stands behind a fixed prefix, for a recorded reason", () => {
  // Lambda knows no resource for the list.
  const everywhere = statements.filter((statement) => statement.Resource.includes("*"));
  expect(everywhere.map((statement) => statement.Action)).toEqual([["lambda:ListEventSourceMappings"]]);
  for (const statement of statements.filter((each) => !everywhere.includes(each))) {
    const rest = reasons.reduce((text, [pattern]) => text.replaceAll(new RegExp(pattern, "g"), ""), statement.text);
    expect(rest, statement.role).not.toContain("*");
  }
});

test("nothing may scan a table; the API and the sweeper alone scan the index of work, which has no keys and no inputs", () => {
  const scans = statements.filter(({ Action }) => Action.includes("dynamodb:Scan"));
  expect(scans.map(({ role }) => role.replace(/Role.*/, "")).toSorted()).toEqual(["Handler", "SweeperWorker"]);
  for (const { Action, Resource, text } of scans) {
    expect(Action).toEqual(["dynamodb:Scan"]);
    expect(Resource).toHaveLength(1);
    expect(text).toContain('/index/work"');
  }
});

test("no role has a managed policy", () => {
  for (const role of synthesize().ofType("AWS::IAM::Role"))
    expect(role.properties).not.toHaveProperty("ManagedPolicyArns");
});

test("a queue's function takes messages from its own lanes alone, and sends to those of tasks it submits, that may follow, that do so or continue", () => {
  for (const queue of queues) {
    const own = statements.filter((statement) => statement.role.startsWith(`${pascalCase(queue.name)}Queue`));
    expect(own.length).toBeGreaterThan(0);
    // Every queue's jobs may have a callback, or be the last of a batch.
    const submitted = new Set<string>([
      callbackTask,
      settleBatchTask,
      ...queue.tasks.flatMap(({ submits = [], maySubmit = [], mayFollow = [] }) => [
        ...submits,
        ...maySubmit,
        ...mayFollow,
      ]),
    ]);
    // What fails other queues' jobs has their workers called.
    const isKeeper = queue.uses.has("dead-letters");
    // It makes jobs of any task.
    const sendsToAll = isKeeper || queue.uses.has("batches");
    const ownNames = queue.tasks.map((task) => task.name);
    // Whoever submits its tasks may wait for them, and continues with a message from the last one.
    const targets = queues.filter(
      ({ name, tasks }) =>
        sendsToAll ||
        (name === queue.name && tasks.some((task) => task.continuesAtOnce)) ||
        tasks.some((task) => submitted.has(task.name) || task.submits?.some((each) => ownNames.includes(each))),
    );
    const lanes = targets.flatMap(({ name, lanes }) => lanes.map((lane) => `sluice-dev-${name}-${lane}`));
    const sends = own.filter((statement) => statement.Action.includes("sqs:SendMessage"));
    // A lane may be granted twice: CDK does not join statements over several policies.
    const resources = new Set(sends.flatMap(({ Resource }) => Resource.map((each) => JSON.stringify(each))));
    expect(resources.size).toBe(lanes.length);
    for (const lane of lanes) expect([...resources].join()).toContain(lane);
    const takes = own.filter((statement) => statement.Action.includes("sqs:DeleteMessage"));
    const clears = takes.filter(({ text }) => /-dlq"/.test(text));
    expect(clears.map(({ text }) => text.match(/-dlq"/g)?.length)).toEqual(isKeeper ? [queues.length] : []);
    const others = takes.filter((statement) => !clears.includes(statement));
    expect(others.map(({ Resource }) => Resource.length)).toEqual([queue.lanes.length]);
  }
});

describe("files", () => {
  /** Actions by prefix, of the role of a function that Sluice ships. */
  const filesOf = (role: string) => {
    const own = statements.filter((each) => each.role.startsWith(role) && each.text.includes('"/'));
    return Object.entries(bucketPrefix).flatMap(([name, prefix]) => {
      const actions = own.filter(({ text }) => text.includes(`"/${prefix}*"`)).flatMap(({ Action }) => Action);
      return actions.length === 0
        ? []
        : [
            `${name}: ${actions
              .map((each) => each.slice(3, -6))
              .toSorted()
              .join(" ")}`,
          ];
    });
  };

  test.each([
    [
      "HandlerRole",
      [
        "blobs: Get Put",
        "files: Get",
        "batches: Get Put",
        "documents: Delete Put",
        "texts: Delete Get",
        "archive: Put",
      ],
    ],
    // It submits callbacks.
    ["SweeperWorkerRole", ["blobs: Put"]],
    // It submits: whoever runs and shows the jobs reads what it has written.
    ["SchedulesSubmitterRole", ["blobs: Put"]],
    ["UploadsWorkerRole", ["documents: Delete"]],
    ["SummarizeQueueWorkerRole", ["blobs: Get Put"]],
    ["DocumentQueueWorkerRole", ["blobs: Get Put", "documents: Delete Get", "texts: Delete Put"]],
    ["EmbeddingQueueWorkerRole", ["blobs: Get Put", "texts: Get"]],
    // The cleanup of expired results deletes inputs and results, and nobody else does.
    ["MonitoringQueueWorkerRole", ["blobs: Delete Get Put", "files: Delete", "documents: Delete", "texts: Delete"]],
  ])("%s touches what its code touches", (role, expected) => {
    expect(filesOf(role)).toEqual(expected);
  });

  test("a queue of one's own reads inputs and writes results, and deletes none", () => {
    const deleting = statements.filter(
      ({ Action, text }) => Action.includes("s3:DeleteObject") && text.includes("blobs/"),
    );
    expect(deleting.map(({ role }) => role.replace(/Role.*/, ""))).toEqual(["MonitoringQueueWorker"]);
  });
});
const [jobs, keys] = ["Jobs", "Keys"].map((name) =>
  stage.ofType("AWS::DynamoDB::Table").find(({ id }) => id.startsWith(name)),
);

/** True when a statement is about the table of keys, here or through a reference from another stack. */
const isAboutKeys = ({ text }: { readonly text: string }) => keys !== undefined && text.includes(keys.id);

test("the authorizer may look items up by key, note when one was last used, and do nothing else", () => {
  const own = statements.filter((statement) => statement.role.startsWith("Authorizer"));
  expect(own.flatMap((statement) => statement.Action).toSorted()).toEqual([
    "dynamodb:GetItem",
    "dynamodb:GetItem",
    "dynamodb:UpdateItem",
    "logs:CreateLogStream",
    "logs:PutLogEvents",
  ]);
  const lookups = own.filter((statement) => statement.Action.includes("dynamodb:GetItem"));
  expect(lookups.map((each) => [isAboutKeys(each), each.Condition])).toEqual([
    [true, undefined],
    // Of earlier versions, among the jobs.
    [false, { "ForAllValues:StringLike": { "dynamodb:LeadingKeys": ["K#*"] } }],
  ]);
  const notes = own.filter((statement) => statement.Action.includes("dynamodb:UpdateItem"));
  expect(notes.map((each) => [isAboutKeys(each), each.Condition])).toEqual([
    [
      true,
      {
        "ForAllValues:StringEquals": { "dynamodb:Attributes": ["key_id", "last_used_at"] },
        StringEqualsIfExists: { "dynamodb:ReturnValues": ["NONE"] },
      },
    ],
  ]);
});

test("the table of keys is apart from that of jobs, and no function that runs tasks has any access to it", () => {
  expect(jobs).toBeDefined();
  expect(keys?.properties).toMatchObject({ KeySchema: [{ AttributeName: "key_id", KeyType: "HASH" }] });

  const access = statementsOf(stage).filter(isAboutKeys);

  const granted = access.map(({ role, Effect, Action }) => `${/^[A-Z][a-z]+/.exec(role)?.[0]} ${Effect} ${Action}`);
  expect(granted.toSorted()).toEqual([
    "Authorizer Allow dynamodb:GetItem",
    "Authorizer Allow dynamodb:UpdateItem",
    "Handler Allow dynamodb:DeleteItem,dynamodb:GetItem,dynamodb:PutItem",
    "Handler Allow dynamodb:Query",
  ]);
  const told = stage
    .ofType("AWS::Lambda::Function")
    .filter(({ properties }) => JSON.stringify(properties.Environment).includes("SLUICE_KEY_TABLE"));
  expect(told.map(({ properties }) => properties.FunctionName)).toEqual(["sluice-dev-api", "sluice-dev-authorizer"]);
});

test("jobs of admin tasks are signed by the API and the schedules alone; who runs or sends them can only verify", () => {
  const key = stage.ofType("AWS::KMS::Key").find(({ id }) => id.startsWith("SigningKey"));
  expect(key?.properties).toMatchObject({ KeySpec: "HMAC_256", KeyUsage: "GENERATE_VERIFY_MAC" });
  const kms = statements.filter(({ Action }) => Action.some((action) => action.startsWith("kms:")));
  const holders = (action: string) =>
    kms.filter(({ Action }) => Action.join() === action).map(({ role }) => role.replace(/(Worker)?Role.*/, ""));

  expect(holders("kms:GenerateMac").toSorted()).toEqual(["Handler", "SchedulesSubmitter"]);
  const workers = catalog.queues
    .filter(({ tasks }) => tasks.some(({ scope }) => scope === "admin"))
    .map(({ name }) => `${name[0]?.toUpperCase()}${name.slice(1)}Queue`);
  expect(holders("kms:VerifyMac").toSorted()).toEqual([...workers, "Sweeper"].toSorted());
  expect(workers).toEqual(expect.arrayContaining(["EmbeddingQueue", "MonitoringQueue"]));
  for (const { text } of kms) expect(text).toContain(key?.id);
});

test("of all that use the table, the API alone can touch the API keys of earlier versions in it", () => {
  const users = statements.filter(({ Action }) => Action.includes("dynamodb:PutItem"));
  expect(users.length).toBeGreaterThan(queues.length);
  for (const { role } of users) {
    const denied = statementsOf(stage).filter((each) => each.role === role && each.Effect === "Deny");
    const keys = {
      Action: ["dynamodb:*"],
      Resource: ["*"],
      Condition: {
        "ForAnyValue:StringLike": { "dynamodb:LeadingKeys": expect.arrayContaining(["K#*", "KEYS"]) },
      },
    };
    expect(denied, role).toEqual(role.startsWith("Handler") ? [] : [expect.objectContaining(keys)]);
  }
});

describe("what the use of models leaves in the table", () => {
  const denied = (role: string): string[] =>
    statementsOf(stage)
      .filter((each) => each.Effect === "Deny" && each.role.startsWith(role))
      .flatMap(({ Condition }) => deniedSchema.parse(Condition)["ForAnyValue:StringLike"]["dynamodb:LeadingKeys"]);
  const has = (queue: (typeof queues)[number], ...wanted: Capability[]) => wanted.some((each) => queue.uses.has(each));

  test.each(queues.map((queue) => [queue.name, queue] as const))(
    "function %s touches what its tasks use",
    (_, queue) => {
      const wanted = {
        languageModel: has(queue, "llm"),
        embeddings: has(queue, "embeddings"),
        recognition: has(queue, "documents"),
        tokens: !has(queue, "documents") || has(queue, "llm", "embeddings"),
      } satisfies Record<keyof typeof modelPartitions, boolean>;

      const refused = denied(`${pascalCase(queue.name)}QueueWorker`);
      expect(refused.length).toBeGreaterThan(0);
      for (const [kind, partitions] of Object.entries(modelPartitions)) {
        const isAllowed = wanted[kind as keyof typeof modelPartitions];
        expect(
          refused.filter((each) => partitions.some((own) => own === each)),
          kind,
        ).toEqual(isAllowed ? [] : partitions);
      }
    },
  );

  test("who reads documents cannot open the breaker, use up a model's limits, or book tokens", () => {
    expect(denied("DocumentQueueWorker")).toEqual(
      expect.arrayContaining(["BREAKER#*", "LIMIT#llm*", "LIMIT#embeddings*", "USAGE#*", "EMBEDDED#*", "SPENDERS"]),
    );
  });

  test("the sweeper and the functions of schedules and uploads touch none of it", () => {
    for (const role of ["Sweeper", "SchedulesSubmitter", "Uploads"]) {
      expect(denied(role), role).toEqual(expect.arrayContaining(Object.values(modelPartitions).flat()));
    }
  });
});

describe("vectors", () => {
  const vectorAccess = (env: Record<string, string> = {}) =>
    allowed(synthesize(env, [queueOf("embedding"), queueOf("default")])).filter((statement) =>
      statement.Action.some((action) => action.startsWith("s3vectors:")),
    );

  test("the embedding function writes and searches them, the API searches them, nobody else has them", () => {
    const search = ["s3vectors:GetIndex", "s3vectors:GetVectors", "s3vectors:QueryVectors"];
    const write = ["CreateIndex", "DeleteIndex", "DeleteVectors", "ListVectors", "PutVectors"].map(
      (action) => `s3vectors:${action}`,
    );
    expect(Object.fromEntries(vectorAccess().map(({ role, Action }) => [role.slice(0, 8), Action.toSorted()]))).toEqual(
      {
        Embeddin: [...search, ...write].toSorted(),
        HandlerR: search,
      },
    );
  });

  test("only the indexes of the stage's own bucket with its prefix are open", () => {
    const texts = vectorAccess({ SLUICE_STAGE: "two", VECTOR_INDEX_PREFIX: "blue" }).map(({ text }) => text);
    expect(texts).toHaveLength(2);
    for (const text of texts) expect(text).toContain(":bucket/sluice-two-vectors/index/blue-*");
  });

  test("another store needs no permission but that to read its key", () => {
    const env = { VECTOR_STORE: "qdrant", QDRANT_URL: "https://qdrant.test", QDRANT_API_KEY_SECRET: "qdrant/key" };
    expect(vectorAccess(env)).toEqual([]);
    const readers = allowed(synthesize(env, [queueOf("embedding"), queueOf("default")])).filter((statement) =>
      statement.Action.includes("secretsmanager:GetSecretValue"),
    );
    expect(readers.map(({ role }) => role.slice(0, 8)).toSorted()).toEqual(["Embeddin", "HandlerR"]);
    for (const { text } of readers) expect(text).toContain(":secret:qdrant/key-??????");
  });
});

test("the document function may have Textract read pages when the settings say so, and else nobody may", () => {
  const access = (env: Record<string, string> = {}) =>
    allowed(synthesize(env, [queueOf("document"), queueOf("embedding")]))
      .filter((statement) => statement.Action.some((action) => action.startsWith("textract:")))
      .map(({ role, Action, Resource }) => [role.slice(0, 8), Action, Resource]);
  // Textract knows no resource: the page is in the request.
  expect(access({ OCR_ENGINE: "textract" })).toEqual([["Document", ["textract:DetectDocumentText"], ["*"]]]);
  expect(access()).toEqual([]);
});

describe("language models", () => {
  const modelAccess = (env: Record<string, string>) =>
    allowed(synthesize(env, [queueOf("summarize"), queueOf("default")])).filter((statement) =>
      statement.Action.some((action) => /^(bedrock|secretsmanager):/.test(action)),
    );

  /** The worker of a queue, or the API's handler. */
  const owner = (role: string) => /^(SummarizeQueue|Handler)/.exec(role)?.[0] ?? role;

  test("only functions that use one may call the configured Bedrock model", () => {
    const access = modelAccess({ LLM_BACKEND: "bedrock", LLM_MODEL: "amazon.nova-lite-v1:0" });
    expect(access.map(({ role, Action }) => [owner(role), Action])).toEqual([
      ["SummarizeQueue", ["bedrock:InvokeModel"]],
      ["Handler", ["bedrock:InvokeModel"]],
    ]);
    expect(access[0]?.text).toContain("::foundation-model/amazon.nova-lite-v1:0");
  });

  test("an inference profile opens the profile and its model in every region", () => {
    const [access] = modelAccess({ LLM_BACKEND: "bedrock", LLM_MODEL: "eu.amazon.nova-lite-v1:0" });
    expect(access?.text).toContain("inference-profile/eu.amazon.nova-lite-v1:0");
    expect(access?.text).toContain(":bedrock:*::foundation-model/amazon.nova-lite-v1:0");
  });

  test("may ask the second model and read its key, as those that ask the first", () => {
    const [own, other] = [
      modelAccess({ LLM_BACKEND: "bedrock", LLM_MODEL: "amazon.nova-lite-v1:0" }),
      modelAccess({ LLM_FALLBACK_BACKEND: "bedrock", LLM_FALLBACK_MODEL: "amazon.nova-lite-v1:0" }),
    ];
    expect(other).toEqual(own);
    expect(modelAccess({ LLM_FALLBACK_BACKEND: "vllm", LLM_FALLBACK_API_KEY_SECRET: "models/key" })).toEqual(
      modelAccess({ LLM_API_KEY_SECRET: "models/key" }),
    );
    expect(modelAccess({ LLM_FALLBACK_MODEL: "amazon.nova-lite-v1:0" })).toEqual([]);
  });

  test("only functions that use one may read the key of the model server", () => {
    const access = modelAccess({ LLM_API_KEY_SECRET: "models/key" });
    expect(access.map(({ role, Action }) => [owner(role), Action])).toEqual([
      ["SummarizeQueue", ["secretsmanager:GetSecretValue"]],
      ["Handler", ["secretsmanager:GetSecretValue"]],
    ]);
    expect(access[0]?.text).toContain(":secret:models/key-??????");
  });

  test.each([
    ["/models/key", "parameter/models/key"],
    ["arn:aws:ssm:eu-west-1:123456789012:parameter/k", "arn:aws:ssm:eu-west-1:123456789012:parameter/k"],
  ])("a key in SSM, %s, opens that parameter alone", (reference, resource) => {
    const access = allowed(synthesize({ LLM_API_KEY_SECRET: reference }, [queueOf("summarize"), queueOf("default")]));
    const others = [webhookSecretPrefix("dev"), "/sluice/dev/llm"];
    const reads = access
      .filter(({ Action }) => Action.some((action) => /^(ssm:|secretsmanager:|kms:(?!\w+Mac$))/.test(action)))
      // CDK joins statements of the same actions.
      .flatMap(({ Resource, ...each }) => Resource.map((one) => ({ ...each, text: JSON.stringify(one) })))
      .filter(({ text }) => !others.some((prefix) => text.includes(prefix)));
    expect(reads.map(({ role, Action }) => [owner(role), Action])).toEqual([
      ["SummarizeQueue", ["ssm:GetParameter"]],
      ["Handler", ["ssm:GetParameter"]],
    ]);
    expect(reads[0]?.text).toContain(`${resource}"`);
  });

  test("without either nothing is allowed", () => {
    expect(modelAccess({})).toEqual([]);
  });
});

test("signing secrets are read by the API and the functions that send webhooks and escalate, and written by the API alone", () => {
  const access = statements.filter(({ text }) => text.includes(webhookSecretPrefix("dev")));
  const owner = (role: string) => /^(CallbacksQueue|EscalationQueue|Handler)/.exec(role)?.[0] ?? role;
  expect(access.map(({ role, Action }) => [owner(role), Action]).toSorted()).toEqual([
    ["CallbacksQueue", ["ssm:GetParameter"]],
    ["EscalationQueue", ["ssm:GetParameter"]],
    ["Handler", ["ssm:GetParameter", "ssm:PutParameter"]],
  ]);
});

describe("providers of language models", () => {
  // CDK joins statements of the same actions.
  const access = statements.flatMap(({ role, Action, Resource }) =>
    Resource.map((each) => JSON.stringify(each))
      .filter((resource) => resource.includes("parameter/sluice/dev/llm"))
      .map((resource) => ({ role, Action, resource })),
  );
  const actionsOf = (role: RegExp) => access.filter((each) => role.test(each.role)).flatMap(({ Action }) => Action);

  test("are read by the functions that ask one, and defined by the API alone", () => {
    for (const queue of queues) {
      const own = actionsOf(new RegExp(`^${pascalCase(queue.name)}Queue`));
      expect(own, queue.name).toEqual(queue.uses.has("llm") ? ["ssm:GetParameter"] : []);
    }
    expect([...new Set(actionsOf(/^Handler/))].toSorted()).toEqual([
      "ssm:DeleteParameter",
      "ssm:GetParameter",
      "ssm:GetParametersByPath",
      "ssm:PutParameter",
    ]);
    const writers = access.filter(({ Action }) => Action.some((action) => /Put|Delete/.test(action)));
    expect(writers.map(({ role }) => role)).toEqual([expect.stringMatching(/^Handler/)]);
  });

  test("lie below the stage's prefix", () => {
    for (const { resource } of access) expect(resource).toMatch(/:parameter\/sluice\/dev\/llm(\/\*)?"/);
  });

  test("of type bedrock may ask the models that the stage names", () => {
    const models = { SLUICE_BEDROCK_MODELS: "amazon.nova-lite-v1:0, eu.amazon.nova-pro-v1:0" };
    const invoking = allowed(synthesize(models)).filter(({ Action }) => Action.includes("bedrock:InvokeModel"));
    const readers = queues.filter(({ uses }) => uses.has("llm"));
    expect(invoking).toHaveLength(readers.length + 1);
    for (const { text } of invoking) {
      expect(text).toContain("foundation-model/amazon.nova-lite-v1:0");
      expect(text).toContain("inference-profile/eu.amazon.nova-pro-v1:0");
    }
  });
});

describe("notices of dead letters", () => {
  const publishers = (env: Record<string, string>) =>
    allowed(synthesize(env)).filter(({ Action }) => Action.some((action) => /^(sns:|kms:(?!\w+Mac$))/.test(action)));

  test("without a topic nobody may publish", () => {
    expect(publishers({})).toEqual([]);
  });

  test.each([
    ["own", '{"Ref":"DeadLetterTopic'],
    ["arn:aws:sns:eu-west-1:123456789012:pager", "arn:aws:sns:eu-west-1:123456789012:pager"],
  ])("with %s the sweeper alone may publish, and to that topic alone", (topic, resource) => {
    const access = publishers({ SLUICE_DEAD_LETTER_TOPIC: topic });
    expect(access.map(({ role, Action }) => [role.startsWith("SweeperWorker"), Action])).toEqual([
      [true, ["sns:Publish"]],
    ]);
    expect(access[0]?.Resource).toHaveLength(1);
    expect(access[0]?.text).toContain(resource);
  });
});

describe("notices of escalations", () => {
  const publishers = (env: Record<string, string>) =>
    allowed(synthesize(env)).filter(({ Action }) => Action.some((action) => action.startsWith("sns:")));

  test("without a topic nobody may publish, and none is made", () => {
    expect(publishers({})).toEqual([]);
    expect(synthesize().ofType("AWS::SNS::Topic")).toEqual([]);
  });

  test.each([
    ["own", "sluice-dev-escalations"],
    ["arn:aws:sns:eu-west-1:123456789012:pager", "arn:aws:sns:eu-west-1:123456789012:pager"],
  ])("with %s the function that escalates alone may publish, and to that topic alone", (topic, resource) => {
    const access = publishers({ SLUICE_ESCALATION_TOPIC: topic });
    expect(access.map(({ role, Action }) => [role.startsWith("EscalationQueueWorker"), Action])).toEqual([
      [true, ["sns:Publish"]],
    ]);
    expect(access[0]?.Resource).toHaveLength(1);
    expect(access[0]?.text).toContain(resource);
  });
});
