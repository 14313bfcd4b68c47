import { createServer } from "node:http";

/** Says to jobs of tests/fixtures/functions/steered-default.ts how many steps they may go. */
export interface Steering {
  readonly url: string;
  steps: number;
  close(): Promise<void>;
}

export async function startSteering(): Promise<Steering> {
  const server = createServer((_request, response) => response.end(String(steering.steps)));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("The steering server does not listen.");
  const steering: Steering = {
    url: `http://127.0.0.1:${address.port}`,
    steps: 0,
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
  return steering;
}
