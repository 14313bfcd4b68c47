import { describe, expect, it } from "vitest";
import { templateSchema } from "../../../local/template/assembly.ts";
import { deploy } from "../../../local/template/deployment.ts";
import { TemplateError } from "../../../local/template/values.ts";

const place = {
  region: "eu-west-1",
  account: "000000000000",
  sqsUrl: "http://127.0.0.1:1",
  apiUrl: "http://127.0.0.1:2",
};

const deployAll = (...templates: object[]) =>
  deploy(
    {
      stacks: templates.map((template, index) => ({
        name: `stack${index}`,
        template: templateSchema.parse({ Resources: {}, ...template }),
      })),
      assets: new Map(),
    },
    place,
  );

/** Resolves a value as a property of a resource. */
const resolved = (value: unknown, sections: object = {}, resources: object = {}) => {
  const Resources = { Subject: { Type: "Test::Thing", Properties: { value } }, ...resources };
  const { resources: all } = deployAll({ Resources, ...sections });
  return all.find(({ logicalId }) => logicalId === "Subject")?.properties().value;
};

const queues = {
  Plain: { Type: "AWS::SQS::Queue" },
  Named: { Type: "AWS::SQS::Queue", Properties: { QueueName: { "Fn::Sub": "jobs-$" + "{AWS::Region}" } } },
};

describe("intrinsic functions", () => {
  it.each([
    ["Ref of a pseudo parameter", { Ref: "AWS::Region" }, "eu-west-1"],
    ["Ref of a parameter", { Ref: "Stage" }, "dev"],
    ["Ref of a queue: its URL", { Ref: "Named" }, "http://127.0.0.1:1/000000000000/jobs-eu-west-1"],
    ["Fn::GetAtt", { "Fn::GetAtt": ["Named", "Arn"] }, "arn:aws:sqs:eu-west-1:000000000000:jobs-eu-west-1"],
    ["Fn::GetAtt as one string", { "Fn::GetAtt": "Plain.QueueName" }, "stack0-Plain"],
    ["Fn::Join", { "Fn::Join": ["/", ["a", { Ref: "Stage" }]] }, "a/dev"],
    ["Fn::Join of a split list", { "Fn::Join": ["+", { "Fn::Split": ["-", "a-b-c"] }] }, "a+b+c"],
    ["Fn::Select", { "Fn::Select": [1, { "Fn::Split": ["-", "a-b-c"] }] }, "b"],
    [
      "Fn::Sub",
      { "Fn::Sub": "$" + "{Stage}:$" + "{Plain.QueueName}:$" + "{!literal}" },
      "dev:stack0-Plain:$" + "{literal}",
    ],
    ["Fn::Sub with variables", { "Fn::Sub": ["$" + "{x}$" + "{Stage}", { x: { Ref: "Stage" } }] }, "devdev"],
    ["Fn::FindInMap", { "Fn::FindInMap": ["Sizes", { Ref: "Stage" }, "memory"] }, 256],
    ["Fn::If, true", { "Fn::If": ["IsDev", "yes", "no"] }, "yes"],
    ["Fn::If, false", { "Fn::If": ["IsOther", "yes", "no"] }, "no"],
    ["Fn::Base64", { "Fn::Base64": "hi" }, "aGk="],
  ])("%s", (_name, value, expected) => {
    const sections = {
      Parameters: { Stage: { Type: "String", Default: "dev" } },
      Mappings: { Sizes: { dev: { memory: 256 } } },
      Conditions: {
        IsDev: { "Fn::Equals": [{ Ref: "Stage" }, "dev"] },
        IsOther: { "Fn::And": [{ Condition: "IsDev" }, { "Fn::Not": [{ Condition: "IsDev" }] }] },
      },
    };

    expect(resolved(value, sections, queues)).toEqual(expected);
  });

  it("leaves out what is AWS::NoValue", () => {
    expect(resolved({ a: 1, b: { Ref: "AWS::NoValue" }, c: [1, { Ref: "AWS::NoValue" }] })).toEqual({ a: 1, c: [1] });
  });

  it("follows an export of another stack, whichever comes first", () => {
    const importing = {
      Resources: { User: { Type: "Test::Thing", Properties: { url: { "Fn::ImportValue": "prefix" } } } },
    };
    const exporting = { Resources: queues, Outputs: { Url: { Value: { Ref: "Plain" }, Export: { Name: "prefix" } } } };

    const [user] = deployAll(importing, exporting).ofType("Test::Thing");

    expect(user?.properties()).toEqual({ url: "http://127.0.0.1:1/000000000000/stack1-Plain" });
  });

  it("leaves out a resource whose condition does not hold", () => {
    const Conditions = { Never: { "Fn::Equals": ["a", "b"] } };
    const Resources = { Gone: { Type: "Test::Thing", Condition: "Never" }, Here: { Type: "Test::Thing" } };

    expect(deployAll({ Conditions, Resources }).resources.map(({ logicalId }) => logicalId)).toEqual(["Here"]);
  });
});

describe("what cannot be resolved", () => {
  it.each([
    [
      "an unknown function",
      { deep: [{ "Fn::Cidr": [] }] },
      "stack0/Subject.Properties.value.deep[0].Fn::Cidr: the embedded stack does not know Fn::Cidr",
    ],
    [
      "a reference to nothing",
      { Ref: "Nobody" },
      "stack0/Subject.Properties.value.Ref: there is no resource or parameter Nobody",
    ],
    [
      "an unknown attribute",
      { "Fn::GetAtt": ["Plain", "Colour"] },
      "knows no attribute Colour of Plain (AWS::SQS::Queue)",
    ],
    ["a missing export", { "Fn::ImportValue": "nothing" }, "no stack exports nothing"],
    ["a parameter without a value", { Ref: "Needed" }, "parameter Needed has no default"],
    ["a dynamic reference", "{{resolve:ssm:/a}}", "does not resolve dynamic references"],
    ["an item that is not there", { "Fn::Select": [3, ["a"]] }, "there is no item 3"],
    ["a list where text belongs", { "Fn::Join": ["", [["a"]]] }, 'expected a string, found ["a"]'],
  ])("%s is an error that names its place", (_name, value, message) => {
    const sections = { Parameters: { Needed: { Type: "String" } } };

    expect(() => resolved(value, sections, queues)).toThrow(TemplateError);
    expect(() => resolved(value, sections, queues)).toThrow(message);
  });

  it("does not matter in a resource that nothing here runs", () => {
    expect(() =>
      deployAll({ Resources: { Alarm: { Type: "Test::Alarm", Properties: { a: { "Fn::Cidr": [] } } } } }),
    ).not.toThrow();
  });

  it("names a queue that refers to itself", () => {
    const Loop = { Type: "AWS::SQS::Queue", Properties: { QueueName: { "Fn::GetAtt": ["Loop", "QueueName"] } } };

    expect(() => deployAll({ Resources: { Loop } }).resources[0]?.ref).toThrow("the name of Loop refers to itself");
  });
});
