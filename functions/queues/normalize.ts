import { queueHandler } from "../queue-handler.ts";
import * as normalize from "../tasks/normalize.ts";

export const handler = queueHandler("normalize", { normalize });
