import { AuthenticationError, InvalidInputError } from "../../../contracts/errors.ts";
import type { VectorSettings, VectorStoreName } from "../../../contracts/settings/vectors.ts";
import { apiKey } from "../llm/api-key.ts";
import type { VectorDriver } from "./driver.ts";
import { openStore, type VectorStore } from "./store.ts";

function required<Name extends keyof VectorSettings>(
  settings: VectorSettings,
  name: Name,
): NonNullable<VectorSettings[Name]> {
  const value = settings[name];
  if (value === undefined || value === null) {
    throw new InvalidInputError(`VECTOR_STORE=${settings.VECTOR_STORE} needs ${name}.`);
  }
  return value;
}

async function qdrantKey(secret: string): Promise<string> {
  try {
    return await apiKey(secret);
  } catch (cause) {
    if (!(cause instanceof AuthenticationError)) throw cause;
    throw new AuthenticationError("The key that QDRANT_API_KEY_SECRET names cannot be read.", { cause });
  }
}

/** Each store is loaded when it is chosen: deployed functions hold no native code, and only one needs the AWS client. */
const drivers: Record<VectorStoreName, (settings: VectorSettings) => Promise<VectorDriver>> = {
  async s3vectors(settings) {
    const { s3VectorsDriver } = await import("./s3vectors/driver.ts");
    return await s3VectorsDriver({ bucket: required(settings, "VECTOR_BUCKET") });
  },
  async qdrant(settings) {
    const { qdrantDriver } = await import("./qdrant/driver.ts");
    const { QDRANT_API_KEY_SECRET: secret } = settings;
    return qdrantDriver({
      url: required(settings, "QDRANT_URL"),
      apiKey: secret ? () => qdrantKey(secret) : undefined,
    });
  },
  async sqlite(settings) {
    const { sqliteDriver } = await import("./sqlite/driver.ts");
    return await sqliteDriver({
      path: required(settings, "SQLITE_VECTORS_PATH"),
      extension: required(settings, "SQLITE_VEC_EXTENSION"),
    });
  },
  none() {
    throw new InvalidInputError("This stage has no vectors: VECTOR_STORE is none.");
  },
};

/**
 * The vector store that the settings choose.
 * @throws InvalidInputError when a setting that the store needs is missing, or there is no store
 */
export const createVectorStore = async (settings: VectorSettings): Promise<VectorStore> =>
  openStore(await drivers[settings.VECTOR_STORE](settings));
