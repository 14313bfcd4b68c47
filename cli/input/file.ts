import { readFile } from "node:fs/promises";
import { usage } from "../exit-codes.ts";

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: "there is no such file",
  EISDIR: "is a folder",
  EACCES: "may not be read",
};

/**
 * @param otherwise what to do where there is no such file
 * @throws CliError when the file cannot be read
 */
export async function readBytes(path: string, otherwise?: string): Promise<Uint8Array> {
  try {
    return await readFile(path);
  } catch (error) {
    const code = error instanceof Error && "code" in error ? error.code : undefined;
    const advice = code === "ENOENT" && otherwise !== undefined ? `: ${otherwise}` : "";
    throw usage(`${path}: ${REASONS[String(code)] ?? String(error)}${advice}.`);
  }
}

/**
 * @param otherwise what to do where there is no such file
 * @throws CliError when the file cannot be read as text
 */
export async function readText(path: string, otherwise?: string): Promise<string> {
  const bytes = await readBytes(path, otherwise);
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    throw usage(`${path}: is not UTF-8 text.`);
  }
}
