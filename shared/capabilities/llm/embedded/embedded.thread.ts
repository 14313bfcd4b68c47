import { serveThread } from "../../../lib/threads/serve-thread.ts";
import { embeddedTaskSchema, runEmbedded } from "./run.ts";

await serveThread((task: unknown) => runEmbedded(embeddedTaskSchema.parse(task)));
