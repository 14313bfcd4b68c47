/**
 * Counts runs outside the job store: the tests' handlers post here when a run begins.
 *
 * @module
 */

import { createServer } from "node:http";
import { text } from "node:stream/consumers";
import { z } from "zod";

const reportSchema = z.object({
  task_id: z.string().optional(),
  attempt: z.number().optional(),
  pid: z.number(),
  event: z.string().optional(),
  step: z.number().optional(),
});
export type RunReport = z.infer<typeof reportSchema>;

export interface RunReports {
  readonly url: string;
  readonly all: readonly RunReport[];
  close(): Promise<void>;
}

export async function collectRunReports(): Promise<RunReports> {
  const all: RunReport[] = [];
  const server = createServer(async (request, response) => {
    all.push(reportSchema.parse(JSON.parse(await text(request))));
    response.end();
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("The report server does not listen.");
  return {
    url: `http://127.0.0.1:${address.port}`,
    all,
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}
