import { type DynamoDBDocumentClient, UpdateCommand } from "@aws-sdk/lib-dynamodb";
import { headKey } from "../table/addresses.ts";
import { answerIfHeld } from "../table/conditional-write.ts";
import { type JobRecord, parseRecord, type TimelineEntry } from "./record.ts";

/** One conditional update of a head item: every state transition is exactly one of these. */
export interface HeadUpdate {
  readonly set?: Readonly<Record<string, unknown>>;
  readonly remove?: readonly string[];
  /** Numbers to add to attributes, zero where missing. */
  readonly add?: Readonly<Record<string, number>>;
  /** Added to the end of the timeline. */
  readonly event?: TimelineEntry;
  /** Over `#name` and `:value` placeholders; every `#name` stands for the attribute of that name. */
  readonly condition: string;
  readonly values?: Readonly<Record<string, unknown>>;
}

/**
 * Applies the update if its condition holds.
 * @returns the record after it, or undefined when the condition did not hold
 */
export async function updateHead(
  store: { readonly document: DynamoDBDocumentClient; readonly table: string },
  taskId: string,
  update: HeadUpdate,
): Promise<JobRecord | undefined> {
  const names: Record<string, string> = { "#pk": "pk" };
  const values: Record<string, unknown> = { ...update.values };
  for (const [name] of update.condition.matchAll(/#\w+/g)) names[name] = name.slice(1);

  const assignments: string[] = [];
  for (const [attribute, value] of Object.entries(update.set ?? {})) {
    if (value === undefined) continue;
    names[`#${attribute}`] = attribute;
    values[`:set_${attribute}`] = value;
    assignments.push(`#${attribute} = :set_${attribute}`);
  }
  for (const [attribute, amount] of Object.entries(update.add ?? {})) {
    names[`#${attribute}`] = attribute;
    values[`:add_${attribute}`] = amount;
    values[":zero"] = 0;
    assignments.push(`#${attribute} = if_not_exists(#${attribute}, :zero) + :add_${attribute}`);
  }
  if (update.event) {
    names["#events"] = "events";
    values[":event"] = [update.event];
    assignments.push("#events = list_append(#events, :event)");
  }
  const removals = (update.remove ?? []).map((attribute) => {
    names[`#${attribute}`] = attribute;
    return `#${attribute}`;
  });
  const expression = [
    assignments.length > 0 ? `SET ${assignments.join(", ")}` : "",
    removals.length > 0 ? `REMOVE ${removals.join(", ")}` : "",
  ].join(" ");

  const answer = await answerIfHeld(
    store.document.send(
      new UpdateCommand({
        TableName: store.table,
        Key: headKey(taskId),
        UpdateExpression: expression.trim(),
        ConditionExpression: `attribute_exists(#pk) AND (${update.condition})`,
        ExpressionAttributeNames: names,
        ...(Object.keys(values).length > 0 ? { ExpressionAttributeValues: values } : {}),
        ReturnValues: "ALL_NEW",
      }),
    ),
  );
  return answer?.Attributes && parseRecord(answer.Attributes);
}
