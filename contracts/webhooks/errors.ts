/**
 * Why a webhook could not be delivered.
 *
 * @module
 */

import { FinalError, RetryableError } from "../errors.ts";
import type { JobError } from "../jobs/wire.ts";

/** The receiver answered with a status other than 2xx, or not at all. */
export class WebhookDeliveryError extends RetryableError {}
/** The receiver answered 410 Gone: it does not accept further webhooks. */
export class WebhookGoneError extends FinalError {}
/** The callback URL leads where no callback may go. */
export class CallbackUrlError extends FinalError {}

const ANSWERED = "The receiver answered";

/** What an error says of a receiver's answer. An attempt that failed leaves nothing but its error: the log of deliveries reads it. */
export const answered = (status: number, more = "."): string => `${ANSWERED} ${status}${more}`;

/** The status that {@link answered} has put into an error's message. @returns undefined when the receiver did not answer */
export function answeredStatus({ message }: Pick<JobError, "message">): number | undefined {
  const status = message.startsWith(ANSWERED) ? Number.parseInt(message.slice(ANSWERED.length), 10) : Number.NaN;
  return Number.isNaN(status) ? undefined : status;
}
