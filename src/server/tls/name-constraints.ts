// The certificate libraries require this import first.
import 'reflect-metadata';
import { AsnConvert } from '@peculiar/asn1-schema';
import { GeneralName, GeneralSubtree, GeneralSubtrees, NameConstraints } from '@peculiar/asn1-x509';
import { BlockList, isIP } from 'node:net';

/**
 * Encodes the names that a CA may issue certificates for [RFC 5280, 4.2.1.10]: domains with their subdomains,
 * addresses, and ranges such as `10.0.0.0/8`. `@peculiar/x509` has no class for this extension; `@peculiar/asn1-x509`, on which it is
 * built, has its schema.
 */
export function encodePermitted(names: readonly string[]): Uint8Array<ArrayBuffer> {
  const subtrees = names.map((name) => new GeneralSubtree({ base: toGeneralName(name) }));
  const permittedSubtrees = new GeneralSubtrees(subtrees);
  return new Uint8Array(AsnConvert.serialize(new NameConstraints({ permittedSubtrees })));
}

/** Returns a predicate: does the extension permit a host? */
export function permits(extension: Uint8Array<ArrayBuffer>): (host: string) => boolean {
  const domains: string[] = [];
  const ranges = new BlockList();
  const { permittedSubtrees = [] } = AsnConvert.parse(extension, NameConstraints);
  for (const { base } of permittedSubtrees) {
    if (base.dNSName !== undefined) domains.push(base.dNSName);
    const [address = '', bits] = base.iPAddress?.split('/') ?? [];
    if (bits !== undefined) ranges.addSubnet(address, Number(bits), isIP(address) === 4 ? 'ipv4' : 'ipv6');
  }
  return (host) => {
    const version = isIP(host);
    if (version !== 0) return ranges.check(host, version === 4 ? 'ipv4' : 'ipv6');
    return domains.some((domain) => host === domain || host.endsWith(`.${domain}`));
  };
}

function toGeneralName(name: string): GeneralName {
  const [address = '', bits] = name.split('/');
  if (isIP(address) === 0) return new GeneralName({ dNSName: name });
  if (isIP(address) === 4) return new GeneralName({ iPAddress: `${address}/${bits ?? 32}` });
  // In hexadecimal groups alone: the encoder misreads `::ffff:192.0.2.1`.
  const canonical = new URL(`http://[${address}]`).hostname.slice(1, -1);
  return new GeneralName({ iPAddress: `${canonical}/${bits ?? 128}` });
}
