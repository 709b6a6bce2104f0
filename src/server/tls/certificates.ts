/** A certificate and its private key, in PEM. */
export interface Pair {
  cert: string;
  key: string;
}

/** As whom the mock answers over TLS. */
export interface Identity extends Pair {
  /** The certificate to trust, in PEM; the mock does not know it where the certificate is not its own. */
  ca?: string;
  /** The file that has it, if one has. */
  caFile?: string;
  /** A sentence each. */
  warnings: readonly string[];
}

/** How the subject of every CA made here begins. */
export const CA_NAME = 'braze-segments-mock CA';
