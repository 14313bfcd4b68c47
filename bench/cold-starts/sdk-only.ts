/** The SDK's clients that every worker needs, and nothing else. */
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { SQSClient } from "@aws-sdk/client-sqs";
import { DynamoDBDocumentClient } from "@aws-sdk/lib-dynamodb";

const clients = { document: DynamoDBDocumentClient.from(new DynamoDBClient()), sqs: new SQSClient() };

export const handler = async (): Promise<number> => Object.keys(clients).length;
