import { InvalidInputError } from "../../../contracts/errors.ts";
import { fileNamePattern, MAX_FILE_BYTES, MAX_FILES } from "../../../contracts/jobs/files.ts";
import type { JobFile, JobRecord } from "../jobs/record.ts";
import type { JobServices } from "../jobs/services.ts";
import { filePath } from "../table/addresses.ts";

const CONTENT_TYPE = /^[\w.+-]{1,60}\/[\w.+-]{1,60}(; ?charset=[\w-]{1,20})?$/;

/** Keeps the list of the files that a job's task has put. */
export class JobFiles {
  readonly #services: JobServices;
  readonly #taskId: string;
  readonly #isAllowed: boolean;
  readonly #report: (files: readonly JobFile[]) => void;
  #files: readonly JobFile[];

  /** @param options.report called with the list whenever it changes */
  constructor(
    services: JobServices,
    record: JobRecord,
    options: { readonly isAllowed: boolean; readonly report: (files: readonly JobFile[]) => void },
  ) {
    this.#services = services;
    this.#taskId = record.task_id;
    this.#files = record.files ?? [];
    this.#isAllowed = options.isAllowed;
    this.#report = options.report;
  }

  put = async (name: string, bytes: Uint8Array, contentType: string): Promise<void> => {
    this.#check(name, bytes, contentType);
    const { s3, resources } = this.#services;
    const [{ PutObjectCommand }, client] = await Promise.all([import("@aws-sdk/client-s3"), s3()]);
    await client.send(
      new PutObjectCommand({
        Bucket: resources.SLUICE_BUCKET,
        Key: filePath(this.#taskId, name),
        Body: bytes,
        ContentType: contentType,
      }),
    );
    this.#files = [...this.#files.filter(({ n }) => n !== name), { n: name, b: bytes.length, t: contentType }];
    this.#report(this.#files);
  };

  #check(name: string, bytes: Uint8Array, contentType: string): void {
    if (!this.#isAllowed) throw new InvalidInputError('The task\'s definition does not use "job-files".');
    if (!fileNamePattern.test(name)) {
      throw new InvalidInputError(
        "A file's name has letters, digits and . _ -, up to 100, and does not begin with a point.",
      );
    }
    if (!CONTENT_TYPE.test(contentType)) throw new InvalidInputError("A content type looks like application/pdf.");
    if (bytes.length > MAX_FILE_BYTES) {
      throw new InvalidInputError(`The file ${name} has ${bytes.length} bytes; the limit is ${MAX_FILE_BYTES}.`);
    }
    const isNew = !this.#files.some(({ n }) => n === name);
    if (isNew && this.#files.length >= MAX_FILES)
      throw new InvalidInputError(`A job has ${MAX_FILES} files at the most.`);
  }
}
