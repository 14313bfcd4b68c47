/**
 * Signatures of jobs whose task needs an admin key. The functions that run tasks may write any job into the table; this
 * distinguishes jobs that the API or a schedule has made from those. Only those two can sign: the secret never leaves KMS, and
 * who verifies asks KMS as well.
 *
 * @module
 */

import type { KMSClientConfig } from "@aws-sdk/client-kms";
import type { Catalog } from "../../../contracts/define-catalog.ts";
import { engineErrors, FinalError } from "../../../contracts/errors.ts";
import { DAY } from "../../lib/time.ts";
import { sha256 } from "../table/addresses.ts";
import type { JobRecord } from "./record.ts";

/** Beyond the longest wait, a failed job's time in the list and a redrive at its end. */
const VALID_SECONDS = 60 * DAY;

/** A job of a task that needs an admin key was not made by the API or a schedule. */
export class UnsignedJobError extends FinalError {
  constructor(reason: string) {
    super(`The job is not run: ${reason}. Only the API and schedules make jobs of its task; submit it again.`);
    this.name = engineErrors.unsigned;
  }
}

type Signed = Pick<JobRecord, "task_id" | "task_name" | "project_id">;

/** All that must not be changed after the submission. KMS takes 4 KB, so the input is in it by its hash. */
const messageOf = ({ task_id, task_name, project_id }: Signed, until: number, input: unknown): Uint8Array =>
  Buffer.from(
    JSON.stringify(["sluice-job-1", task_id, task_name, project_id, until, sha256(JSON.stringify(input ?? null))]),
  );

/** True when the jobs of a task are run only with a signature. */
export const needsSignature = ({ catalog }: { readonly catalog: Catalog }, taskName: string): boolean =>
  catalog.adminTasks.has(taskName);

/**
 * Signs a new job: one call of KMS.
 * @param dueAt milliseconds since the epoch
 * @param input as it is stored
 */
export async function signJob(
  { signer }: { readonly signer: Signer },
  job: Signed,
  { dueAt, input }: { readonly dueAt: number; readonly input: unknown },
): Promise<NonNullable<JobRecord["signature"]>> {
  const until = dueAt + VALID_SECONDS * 1_000;
  return { until, mac: await signer.sign(messageOf(job, until, input)) };
}

/**
 * Checks a job before anything is done for it: one call of KMS, unless it has no signature at all.
 * @param readInput gives the input that the job would run with
 * @throws UnsignedJobError, or what KMS throws: then nothing is known
 */
export async function assertSigned(
  { signer, now }: { readonly signer: Signer; readonly now: () => number },
  record: JobRecord,
  readInput: () => Promise<unknown>,
): Promise<void> {
  const { signature } = record;
  if (!signature) throw new UnsignedJobError("it has no signature");
  if (signature.until < now()) throw new UnsignedJobError("its signature has expired");
  const message = messageOf(record, signature.until, await readInput());
  if (!(await signer.verify(message, signature.mac))) throw new UnsignedJobError("its signature is not valid");
}

/** Makes and checks message authentication codes. */
export interface Signer {
  sign(message: Uint8Array): Promise<Uint8Array<ArrayBuffer>>;
  /** @returns false when this signer has not made it of this message */
  verify(message: Uint8Array, mac: Uint8Array): Promise<boolean>;
}

const MacAlgorithm = "HMAC_SHA_256";

/**
 * Signs with an HMAC key of KMS, whose secret nobody can read. KMS's client is loaded by the first call: few processes
 * ever make one.
 * @param KeyId ARN of the key; without one every call throws an Error that says so
 */
export function kmsSigner(KeyId: string | undefined, options: KMSClientConfig): Signer {
  const load = async () => {
    if (KeyId === undefined)
      throw new Error("SLUICE_SIGNING_KEY is not set: this function neither signs nor verifies.");
    const kms = await import("@aws-sdk/client-kms");
    return { kms, KeyId, client: new kms.KMSClient(options) };
  };
  let loaded: ReturnType<typeof load> | undefined;
  const key = () => {
    loaded ??= load();
    return loaded;
  };
  return {
    async sign(Message) {
      const { kms, client, KeyId } = await key();
      const { Mac } = await client.send(new kms.GenerateMacCommand({ KeyId, MacAlgorithm, Message }));
      if (!Mac) throw new Error("KMS gave no message authentication code.");
      return new Uint8Array(Mac);
    },
    async verify(Message, Mac) {
      const { kms, client, KeyId } = await key();
      try {
        const { MacValid } = await client.send(new kms.VerifyMacCommand({ KeyId, MacAlgorithm, Message, Mac }));
        return MacValid === true;
      } catch (error) {
        if (error instanceof kms.KMSInvalidMacException) return false;
        throw error;
      }
    },
  };
}
