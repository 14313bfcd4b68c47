import type { Client } from "../../client/index.ts";

/** One thing that the demo does and shows. Steps run side by side. */
export interface DemoStep {
  /** Heading under which its result is shown. */
  readonly group: string;
  /** The input's file. */
  readonly title: string;
  /** @returns what is shown. @throws Error that says why this does not count as success */
  run(client: Client): Promise<Readonly<Record<string, unknown>>>;
}

export interface Finished {
  readonly step: DemoStep;
  /** From submission to result, as the caller sees it. */
  readonly seconds: number;
  readonly result: Readonly<Record<string, unknown>> | undefined;
  /** Why this does not count as success. */
  readonly problem: string | undefined;
}

/** Runs a step. Never throws. */
export async function runStep(step: DemoStep, client: Client): Promise<Finished> {
  const started = performance.now();
  const finish = (result: Finished["result"], problem?: string): Finished => ({
    step,
    seconds: (performance.now() - started) / 1_000,
    result,
    problem,
  });
  try {
    return finish(await step.run(client));
  } catch (error) {
    return finish(undefined, error instanceof Error ? error.message : String(error));
  }
}
