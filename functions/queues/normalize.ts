import { queueHandler } from "../../shared/engine/worker/queue-handler.ts";
import * as normalize from "../tasks/normalize.ts";

export const handler = queueHandler("normalize", { normalize });
