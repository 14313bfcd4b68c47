import { z } from "zod";
import { catalog, type TaskInput, type TaskOutput } from "../../contracts/catalog.ts";
import { FinalError } from "../../contracts/errors.ts";
import type { StepResult } from "../../shared/engine/worker/steps.ts";
import type { TaskContextOf } from "../task-context.ts";

/** A step of the review did not end well. */
class ReviewStepError extends FinalError {}

const roundSchema = z.object({ evaluation: z.string(), score: z.number().optional(), rewrite: z.string().optional() });
const stateSchema = z
  .object({
    rounds: z.array(roundSchema).min(1),
    /** What is waited for: the evaluation or the rewrite of the last round, or the escalation. */
    waiting: z.enum(["evaluation", "rewrite", "escalation"]),
    escalation: z.string().optional(),
    reason: z.string().optional(),
  })
  .optional();
type State = NonNullable<z.infer<typeof stateSchema>>;
type Context = TaskContextOf<"review_content">;
type Input = TaskInput<"review_content">;

const GOAL = "a text from which a reader, and an answer engine, finds the answer at once";
/** The payload of an escalation is bounded; the whole text is in the review's result. */
const SHOWN_CHARACTERS = 12_000;

/** Evaluates, rewrites and evaluates again, each a job of its own. A run ends with each wait. */
export async function run(input: Input, context: Context): Promise<TaskOutput<"review_content">> {
  const state = stateSchema.parse(context.state);
  if (!state) return evaluate(input.text, input, { rounds: [], context });
  if (state.waiting === "evaluation") return afterEvaluation(input, state, context);
  if (state.waiting === "rewrite") return afterRewrite(input, state, context);
  return afterEscalation(input, state, context);
}

interface Going {
  readonly rounds: State["rounds"];
  readonly context: Context;
}

async function evaluate(content: string, { question, language }: Input, { rounds, context }: Going): Promise<never> {
  const evaluation = await context.submit(
    "evaluate_content",
    { content, language, ...(question !== undefined && { question }) },
    { step: `evaluation ${rounds.length + 1}` },
  );
  return context.waitFor([evaluation], { rounds: [...rounds, { evaluation }], waiting: "evaluation" });
}

async function afterEvaluation(input: Input, state: State, context: Context): Promise<TaskOutput<"review_content">> {
  const last = lastOf(state);
  const { aeo } = await resultOf("evaluate_content", last.evaluation, context);
  const scored = { ...last, score: aeo.score };
  const rounds = [...state.rounds.slice(0, -1), scored];
  context.progress(rounds.length, input.max_rewrites + 1, `scored ${aeo.score}`);
  if (aeo.score >= input.target_score) return report(input, { ...state, rounds }, context);
  if (rounds.length > input.max_rewrites) {
    const reason = `The text scores ${aeo.score} after ${rounds.length - 1} rewrites; ${input.target_score} was wanted.`;
    return escalate(reason, input, { state: { ...state, rounds }, context });
  }
  const advice = aeo.criteria.flatMap((criterion) => (criterion.advice === null ? [] : [criterion.advice]));
  const rewrite = await context.submit(
    "rewrite_content",
    { text: await textOf(input, rounds, context), goal: GOAL, advice, language: input.language },
    { step: `rewrite ${rounds.length}` },
  );
  return context.waitFor([rewrite], { rounds: [...rounds.slice(0, -1), { ...scored, rewrite }], waiting: "rewrite" });
}

async function afterRewrite(input: Input, state: State, context: Context): Promise<TaskOutput<"review_content">> {
  const { rewrite = "" } = lastOf(state);
  const [ended] = await context.results([rewrite]);
  if (ended?.status !== "SUCCESS") {
    return escalate(`The text could not be rewritten: ${whyOf(ended)}`, input, { state, context });
  }
  return evaluate(await textOf(input, state.rounds, context), input, { rounds: state.rounds, context });
}

interface Escalating {
  readonly state: State;
  readonly context: Context;
}

async function escalate(reason: string, input: Input, { state, context }: Escalating): Promise<never> {
  const text = await textOf(input, state.rounds, context);
  const scores = state.rounds.flatMap(({ score }) => (score === undefined ? [] : [score]));
  const payload = {
    ...{ review_task_id: context.taskId, scores, target_score: input.target_score },
    text: text.slice(0, SHOWN_CHARACTERS).toWellFormed(),
    is_whole_text: text.length <= SHOWN_CHARACTERS,
  };
  const subject = "A text needs a decision";
  const escalation = await context.submit("escalate", { subject, reason, payload }, { step: "escalation" });
  return context.waitFor([escalation], { ...state, escalation, reason, waiting: "escalation" });
}

async function afterEscalation(input: Input, state: State, context: Context): Promise<TaskOutput<"review_content">> {
  await resultOf("escalate", state.escalation ?? "", context);
  return report(input, state, context);
}

async function report(input: Input, state: State, context: Context): Promise<TaskOutput<"review_content">> {
  const { escalation = null, reason = null, rounds } = state;
  return {
    verdict: escalation === null ? "accepted" : "escalated",
    score: lastOf(state).score ?? 0,
    text: await textOf(input, rounds, context),
    rounds: rounds.map(({ evaluation, score = 0, rewrite = null }) => ({
      ...{ score, evaluation_task_id: evaluation, rewrite_task_id: rewrite },
    })),
    ...{ reason, escalation_id: escalation },
  };
}

function lastOf({ rounds }: State): State["rounds"][number] {
  const last = rounds.at(-1);
  if (!last) throw new ReviewStepError("The review has no round.");
  return last;
}

/** The text as the last rewrite that succeeded left it. */
async function textOf({ text }: Input, rounds: State["rounds"], context: Context): Promise<string> {
  const rewrites = rounds.flatMap(({ rewrite }) => (rewrite === undefined ? [] : [rewrite]));
  const ended = await context.results(rewrites);
  const last = ended.findLast(({ status }) => status === "SUCCESS");
  return last ? catalog.tasks.rewrite_content.output.parse(last.result).text : text;
}

const whyOf = (ended: StepResult | undefined): string =>
  ended?.error ? `${ended.error.type}: ${ended.error.message}` : `its job is ${ended?.status ?? "gone"}`;

/** @throws ReviewStepError when the step did not succeed */
async function resultOf<Name extends "evaluate_content" | "escalate">(name: Name, taskId: string, context: Context) {
  const [ended] = await context.results([taskId]);
  if (ended?.status !== "SUCCESS") throw new ReviewStepError(`${name} did not succeed: ${whyOf(ended)}`);
  return catalog.tasks[name].output.parse(ended.result) as TaskOutput<Name>;
}
