/** Enough of a key to tell it from its neighbours, never enough to use it. */
export function redactKey(key: string): string {
  return key.length < 12 ? '…' : `${key.slice(0, 4)}…`;
}

const SECRET_NAME =
  /token|secret|passw|pwd|authori[sz]ation|^(x|proxy)?auth$|credential|cookie|session|signature|jwt|bearer|^sig$|^pass(phrase|code)?$/;
const KEY_NAME = /apikeys?|keys?$/;
/** Names of keys that are not secret. */
const PUBLIC_KEY_NAME = /idempotencykey$|websocketkey$/;

/** Does a parameter, header or field of this name carry a secret? */
export function isSecretName(name: string): boolean {
  const plain = name.toLowerCase().replace(/[^a-z0-9]/g, '');
  return SECRET_NAME.test(plain) || (KEY_NAME.test(plain) && !PUBLIC_KEY_NAME.test(plain));
}

/** A secret cut short; one that is empty or was cut short before stays as it is. */
export function redact(secret: string): string {
  return secret === '' || (secret.length <= 5 && secret.endsWith('…')) ? secret : redactKey(secret);
}
