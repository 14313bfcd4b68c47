import type { IBucket } from "aws-cdk-lib/aws-s3";

/** Where jobs and files are kept, as constructs and grants need it. */
export interface Storage {
  /** The table; its indexes have the names of contracts/resources.ts. */
  readonly table: { readonly tableArn: string; readonly tableName: string };
  /** The KMS key that signs jobs of admin tasks. */
  readonly signingKey: { readonly keyArn: string };
  readonly bucket: Pick<IBucket, "bucketArn" | "bucketName" | "arnForObjects">;
}

/** Where API keys are too, for the two functions that know them. */
export interface KeyStorage extends Storage {
  readonly keyTable: Storage["table"];
}
