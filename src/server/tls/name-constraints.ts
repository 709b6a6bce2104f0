import { Buffer } from 'node:buffer';
import { BlockList, isIP } from 'node:net';

/** Tags of the extension, which the certificate library leaves to its users [RFC 5280, 4.2.1.10]. */
const SEQUENCE = 0x30;
const PERMITTED = 0xa0;
const DNS = 0x82;
const IP = 0x87;

export const NAME_CONSTRAINTS = '2.5.29.30';

/** The names that a CA may vouch for: domains with all that is beneath them, and ranges such as `10.0.0.0/8`. */
export function encodePermitted(domains: readonly string[], ranges: readonly string[]): Buffer {
  const names = [
    ...domains.map((domain) => tlv(DNS, Buffer.from(domain))),
    ...ranges.map((range) => tlv(IP, rangeBytes(range))),
  ];
  return tlv(SEQUENCE, tlv(PERMITTED, Buffer.concat(names.map((name) => tlv(SEQUENCE, name)))));
}

/** Says of a host whether such an extension permits it. */
export function permits(extension: Uint8Array): (host: string) => boolean {
  const domains: string[] = [];
  const ranges = new BlockList();
  const [whole] = parts(Buffer.from(extension));
  const [permitted] = parts(whole?.content);
  for (const { tag, content } of parts(permitted?.content).flatMap((subtree) => parts(subtree.content).slice(0, 1))) {
    if (tag === DNS) domains.push(content.toString('latin1'));
    else if (tag === IP) addRange(ranges, content);
  }
  return (host) => {
    const version = isIP(host);
    if (version !== 0) return ranges.check(host, version === 4 ? 'ipv4' : 'ipv6');
    return domains.some((domain) => host === domain || host.endsWith(`.${domain}`));
  };
}

function tlv(tag: number, content: Buffer): Buffer {
  const { length } = content;
  const size = length < 0x80 ? [length] : length < 0x100 ? [0x81, length] : [0x82, length >> 8, length & 0xff];
  return Buffer.concat([Buffer.from([tag, ...size]), content]);
}

function parts(bytes: Buffer = Buffer.alloc(0)): { tag: number; content: Buffer }[] {
  const found: { tag: number; content: Buffer }[] = [];
  for (let at = 0; at + 2 <= bytes.length;) {
    const first = bytes.readUInt8(at + 1);
    const more = first < 0x80 ? 0 : first & 0x7f;
    const length = more === 0 ? first : bytes.readUIntBE(at + 2, more);
    const from = at + 2 + more;
    found.push({ tag: bytes.readUInt8(at), content: bytes.subarray(from, from + length) });
    at = from + length;
  }
  return found;
}

/** An address and its mask, one after the other. */
function rangeBytes(range: string): Buffer {
  const [address = '', bits = ''] = range.split('/');
  const bytes = addressBytes(address);
  const mask = Buffer.from(
    bytes.map((_byte, index) => (0xff00 >> Math.min(8, Math.max(0, Number(bits) - 8 * index))) & 0xff),
  );
  return Buffer.concat([bytes, mask]);
}

function addRange(ranges: BlockList, content: Buffer): void {
  const size = content.length / 2;
  const [address, mask] = [content.subarray(0, size), content.subarray(size)];
  const bits = mask.reduce((sum, byte) => sum + byte.toString(2).replaceAll('0', '').length, 0);
  if (size === 4) ranges.addSubnet(address.join('.'), bits, 'ipv4');
  else ranges.addSubnet((address.toString('hex').match(/.{4}/g) ?? []).join(':'), bits, 'ipv6');
}

/** An address as bytes; `::` stands for as many zeros as are missing. */
function addressBytes(address: string): Buffer {
  if (isIP(address) === 4) return Buffer.from(address.split('.').map(Number));
  const [before = '', after] = new URL(`http://[${address}]`).hostname.slice(1, -1).split('::');
  const groups = (text = '') => text.split(':').filter((group) => group !== '');
  const [head, tail] = [groups(before), groups(after)];
  const all = [...head, ...Array<string>(8 - head.length - tail.length).fill('0'), ...tail];
  return Buffer.from(all.map((group) => group.padStart(4, '0')).join(''), 'hex');
}
