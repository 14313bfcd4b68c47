import type { KMSClientConfig } from "@aws-sdk/client-kms";
import type { Signer } from "./signer.ts";

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
