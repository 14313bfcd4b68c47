import type { TaskInput, TaskOutput } from "../../contracts/catalog.ts";

/** Returns what it was given: a job that succeeds has travelled the whole pipeline. */
export async function run(input: TaskInput<"health_check">): Promise<TaskOutput<"health_check">> {
  return { status: "healthy", echo: input.echo, checked_at: new Date().toISOString() };
}
