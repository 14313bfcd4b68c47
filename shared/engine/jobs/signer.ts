/** Makes and checks message authentication codes. */
export interface Signer {
  sign(message: Uint8Array): Promise<Uint8Array<ArrayBuffer>>;
  /** @returns false when this signer has not made it of this message */
  verify(message: Uint8Array, mac: Uint8Array): Promise<boolean>;
}
