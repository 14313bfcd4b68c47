/**
 * Puts a task's input together from a file, JSON, standard input and single fields.
 *
 * @module
 */

import { extname } from "node:path";
import { text as readAll } from "node:stream/consumers";
import { z } from "zod";
import type { Stdin } from "../cli.ts";
import { usage } from "../exit-codes.ts";
import { readText } from "./file.ts";
import { type Field, type TaskShape, textField } from "./task-shape.ts";

/** The ways to give a task's input on the command line. */
export interface InputOptions {
  /** Path, or `-` for standard input. */
  readonly file?: string | undefined;
  /** A JSON object, or `-` for standard input. */
  readonly input?: string | undefined;
  /** `name=value`. */
  readonly field?: readonly string[] | undefined;
}

type Input = Record<string, unknown>;

const objectSchema = z.record(z.string(), z.json());

/** @throws CliError that names what does not fit */
export async function readInput(task: TaskShape, options: InputOptions, stdin: Stdin): Promise<Input> {
  const fields = Object.fromEntries(await Promise.all((options.field ?? []).map((given) => readField(task, given))));
  const fromJson = options.input === undefined ? {} : await readJsonOption(options.input, stdin);
  const fromFile = options.file === undefined ? {} : await readFileOption(task, options.file, stdin);
  const input: Input = { ...fromJson, ...fromFile, ...fields };
  const lacks = task.fields.some(({ name, required }) => required && !(name in input));
  const untold = options.input === undefined && options.file === undefined;
  if (untold && lacks && !stdin.isTTY) {
    const piped = await readAll(stdin);
    if (piped.trim() !== "") return { ...fromText(task, piped, "standard input"), ...fields };
  }
  const missing = task.fields.find(({ name, required }) => required && !(name in input));
  if (missing) throw usage(missingMessage(task, missing, input));
  return input;
}

/**
 * A JSON object that is given on the command line; `-` is standard input.
 * @throws CliError
 */
export async function readJsonOption(given: string, stdin: Stdin): Promise<Input> {
  return given === "-" ? parseObject(await readAll(stdin), "standard input") : parseObject(given, "--input");
}

async function readFileOption(task: TaskShape, path: string, stdin: Stdin): Promise<Input> {
  if (path === "-") return fromText(task, await readAll(stdin), "standard input");
  const content = await readText(path);
  return extname(path).toLowerCase() === ".json" ? parseObject(content, path) : asTextField(task, content, path);
}

/** A JSON object with the task's own fields is its input; anything else is text. */
function fromText(task: TaskShape, content: string, source: string): Input {
  const parsed = content.trimStart().startsWith("{") ? objectSchema.safeParse(tryJson(content)).data : undefined;
  const names = new Set(task.fields.map(({ name }) => name));
  if (parsed && Object.keys(parsed).some((name) => names.has(name))) return parsed;
  return asTextField(task, content, source);
}

function asTextField(task: TaskShape, content: string, source: string): Input {
  const field = textField(task);
  if (field) return { [field.name]: content };
  throw usage(`${source}: ${task.name} has no field for a text. Give JSON, or --field NAME=@${source}.`);
}

async function readField(task: TaskShape, given: string): Promise<[string, unknown]> {
  const at = given.indexOf("=");
  if (at < 1) throw usage(`--field ${given}: give NAME=VALUE, or NAME=@FILE.`);
  const name = given.slice(0, at);
  const field = task.fields.find((each) => each.name === name);
  if (!field) {
    const names = task.fields.map((each) => each.name).join(", ");
    throw usage(`--field ${name}: ${task.name} has no such field. It has: ${names}.`);
  }
  const value = given.slice(at + 1);
  if (value.startsWith("@@")) return [name, convert(field, value.slice(1))];
  return [name, convert(field, value.startsWith("@") ? await readText(value.slice(1)) : value)];
}

/** The value in the field's type. */
function convert(field: Field, value: string): unknown {
  switch (field.type) {
    case "string":
      return value;
    case "integer":
    case "number":
      if (value.trim() === "" || !Number.isFinite(Number(value))) throw wrong(field, "a number");
      return Number(value);
    case "boolean":
      if (value !== "true" && value !== "false") throw wrong(field, "true or false");
      return value === "true";
    case "array":
    case "object": {
      const parsed = tryJson(value);
      if (parsed === undefined) throw wrong(field, `a JSON ${field.type}`);
      return parsed;
    }
    default:
      return tryJson(value) ?? value;
  }
}

const wrong = ({ name }: Field, expected: string) => usage(`--field ${name}: must be ${expected}.`);

function missingMessage(task: TaskShape, { name }: Field, input: Input): string {
  const names = new Set(task.fields.map((each) => each.name));
  const unknown = Object.keys(input).filter((each) => !names.has(each));
  const hint = unknown.length === 0 ? "" : ` It has no field ${unknown.join(", ")}.`;
  const byText = textField(task)?.name === name ? "--file FILE, a text on standard input, " : "";
  return `${name}: ${task.name} needs it. Give ${byText}--field ${name}=VALUE or --input '{"${name}": ...}'.${hint}`;
}

/** @throws CliError that names the source */
export function parseObject(text: string, source: string): z.infer<typeof objectSchema> {
  const { data } = objectSchema.safeParse(parseJson(text, source));
  if (data) return data;
  throw usage(`${source}: must be a JSON object.`);
}

/** @throws CliError that names the source */
export function parseJson(text: string, source: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw usage(`${source}: is not JSON (${error instanceof Error ? error.message : "it cannot be read"}).`);
  }
}

/** @returns undefined when it is not JSON */
function tryJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
