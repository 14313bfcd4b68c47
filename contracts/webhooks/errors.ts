/**
 * Why a webhook could not be delivered.
 *
 * @module
 */

import { FinalError, RetryableError } from "../errors.ts";

/** The receiver answered with a status other than 2xx, or not at all. */
export class WebhookDeliveryError extends RetryableError {}
/** The receiver answered 410 Gone: it does not accept further webhooks. */
export class WebhookGoneError extends FinalError {}
/** The callback URL leads where no callback may go. */
export class CallbackUrlError extends FinalError {}
