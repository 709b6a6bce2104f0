export interface Pair {
  cert: string;
  key: string;
}

/** The certificate and key that the mock serves over TLS. */
export interface Identity extends Pair {
  /** The CA certificate to trust, in PEM; unknown if the user provided the certificate. */
  ca?: string;
  caFile?: string;
  /** One sentence each. */
  warnings: readonly string[];
}

/** The prefix of the subject of every CA made here. */
export const CA_NAME = 'braze-segments-mock CA';
