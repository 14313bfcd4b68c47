/**
 * The worker of a queue that only an application with tasks of its own has.
 *
 * @module
 */

import { createQueueHandler } from "../shared/engine/worker/queue-handler.ts";
import { modules, queue } from "./app.ts";
import { processServices } from "./services.ts";

/** The Lambda handler of the queue. */
export const handler = createQueueHandler({ services: processServices(), queue, modules });
