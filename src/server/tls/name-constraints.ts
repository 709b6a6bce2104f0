// The certificate libraries require this import first.
import 'reflect-metadata';
import { AsnConvert } from '@peculiar/asn1-schema';
import { GeneralName, GeneralSubtree, GeneralSubtrees, NameConstraints } from '@peculiar/asn1-x509';
import { BlockList, isIP } from 'node:net';

/**
 * Encodes the names that a CA may issue certificates for [RFC 5280, 4.2.1.10]: domains with their subdomains, and
 * ranges such as `10.0.0.0/8`. `@peculiar/x509` has no class for this extension; `@peculiar/asn1-x509`, on which it is
 * built, has its schema.
 */
export function encodePermitted(domains: readonly string[], ranges: readonly string[]): Uint8Array<ArrayBuffer> {
  const names = [
    ...domains.map((dNSName) => new GeneralName({ dNSName })),
    ...ranges.map((range) => new GeneralName({ iPAddress: canonicalRange(range) })),
  ];
  const permittedSubtrees = new GeneralSubtrees(names.map((base) => new GeneralSubtree({ base })));
  return new Uint8Array(AsnConvert.serialize(new NameConstraints({ permittedSubtrees })));
}

/** Returns a predicate: does the extension permit a host? */
export function permits(extension: Uint8Array<ArrayBuffer>): (host: string) => boolean {
  const domains: string[] = [];
  const ranges = new BlockList();
  const { permittedSubtrees = [] } = AsnConvert.parse(extension, NameConstraints);
  for (const { base } of permittedSubtrees) {
    if (base.dNSName !== undefined) domains.push(base.dNSName);
    if (base.iPAddress !== undefined) addRange(ranges, base.iPAddress);
  }
  return (host) => {
    const version = isIP(host);
    if (version !== 0) return ranges.check(host, version === 4 ? 'ipv4' : 'ipv6');
    return domains.some((domain) => host === domain || host.endsWith(`.${domain}`));
  };
}

function addRange(ranges: BlockList, range: string): void {
  const [address = '', bits] = range.split('/');
  ranges.addSubnet(address, Number(bits), isIP(address) === 4 ? 'ipv4' : 'ipv6');
}

/** Writes an IPv6 address in hexadecimal groups alone: the encoder misreads `::ffff:192.0.2.1`. */
function canonicalRange(range: string): string {
  const [address = '', bits = ''] = range.split('/');
  return isIP(address) === 4 ? range : `${new URL(`http://[${address}]`).hostname.slice(1, -1)}/${bits}`;
}
