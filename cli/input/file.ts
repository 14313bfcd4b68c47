import { readFile } from "node:fs/promises";
import { usage } from "../exit-codes.ts";

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: "there is no such file",
  EISDIR: "is a folder",
  EACCES: "may not be read",
};

/** @throws CliError when the file cannot be read */
export async function readBytes(path: string): Promise<Uint8Array> {
  try {
    return await readFile(path);
  } catch (error) {
    const code = error instanceof Error && "code" in error ? error.code : undefined;
    throw usage(`${path}: ${REASONS[String(code)] ?? String(error)}.`);
  }
}

/** @throws CliError when the file cannot be read as text */
export async function readText(path: string): Promise<string> {
  const bytes = await readBytes(path);
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    throw usage(`${path}: is not UTF-8 text.`);
  }
}
