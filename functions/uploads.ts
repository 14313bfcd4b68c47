/**
 * Takes S3's events of uploaded documents from their queue and starts the documents' jobs.
 *
 * @module
 */

import { BatchProcessor, EventType, processPartialResponse } from "@aws-lambda-powertools/batch";
import { injectLambdaContext } from "@aws-lambda-powertools/logger/middleware";
import middy from "@middy/core";
import type { SQSBatchResponse, SQSEvent, SQSRecord } from "aws-lambda";
import { handleArrival } from "../shared/capabilities/documents/arrivals.ts";
import { createLogger } from "../shared/lib/logger.ts";
import { processDocuments } from "./services.ts";

const logger = createLogger("uploads");
const services = processDocuments();
const processor = new BatchProcessor(EventType.SQS);

/** The Lambda handler of S3's upload events. */
export const handler = middy<SQSEvent, SQSBatchResponse>()
  .use(injectLambdaContext(logger))
  .handler((event, context) =>
    processPartialResponse(
      event,
      async (message: SQSRecord) => {
        try {
          await handleArrival(services, message.body, logger);
        } catch (error) {
          logger.warn("an upload could not be handled yet", { message_id: message.messageId, error });
          throw error;
        }
      },
      processor,
      { context, throwOnFullBatchFailure: false },
    ),
  );
