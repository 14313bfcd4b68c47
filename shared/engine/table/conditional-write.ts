import { ConditionalCheckFailedException } from "@aws-sdk/client-dynamodb";

/**
 * Waits for a conditional write of DynamoDB.
 * @returns its answer, or undefined when its condition did not hold
 */
export async function answerIfHeld<Answer>(write: Promise<Answer>): Promise<Answer | undefined> {
  try {
    return await write;
  } catch (error) {
    if (error instanceof ConditionalCheckFailedException) return undefined;
    throw error;
  }
}

/**
 * Waits for a conditional write of which only that is wanted.
 * @returns false when its condition did not hold
 */
export const holds = async (write: Promise<object>): Promise<boolean> => (await answerIfHeld(write)) !== undefined;
