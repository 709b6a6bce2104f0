/**
 * A weak etag of 32 hex digits, the form that the real service sends [sibling: headers-of-a-success.json]. Which digest
 * it uses is unknown; these are four 32-bit multiplicative hashes, which need no platform.
 */
export function weakEtag(body: string | Uint8Array): string {
  const bytes = typeof body === 'string' ? new TextEncoder().encode(body) : body;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const whole = bytes.length & ~3;
  let [a, b, c, d] = [bytes.length, 0x85ebca6b, 0xc2b2ae35, 0x27d4eb2f];
  for (let at = 0; at < bytes.length; at += at < whole ? 4 : 1) {
    const word = at < whole ? view.getUint32(at, true) : (bytes[at] as number);
    a = Math.imul(a ^ word, 0x9e3779b1) + (a >>> 15);
    b = Math.imul(b ^ word, 0x85ebca6b) + (b >>> 13);
    c = Math.imul(c ^ word, 0xc2b2ae35) + (c >>> 16);
    d = Math.imul(d ^ word, 0x27d4eb2f) + (d >>> 14);
  }
  return `W/"${[a, b, c, d].map(hex).join('')}"`;
}

function hex(hash: number): string {
  const mixed = Math.imul(hash ^ (hash >>> 16), 0x7feb352d);
  return ((mixed ^ (mixed >>> 15)) >>> 0).toString(16).padStart(8, '0');
}
