import { lookup as systemLookup, type LookupAddress } from 'node:dns';
import { BlockList, isIP, type LookupFunction } from 'node:net';

/** Asks for all addresses of a name; `dns.lookup` is one. */
export type AddressLookup = (
  hostname: string,
  options: { readonly all: true; readonly family?: number; readonly hints?: number; readonly order?: 'verbatim' },
  callback: (error: NodeJS.ErrnoException | null, addresses: LookupAddress[]) => void,
) => void;

/** Nothing that is sent to these leads to a server: this machine, this link, everybody at once, the host of a cloud machine. */
const withheld: readonly string[] = [
  ...['0.0.0.0/8', '127.0.0.0/8', '169.254.0.0/16', '224.0.0.0/4', '240.0.0.0/4', '100.100.100.200/32'],
  ...['::/128', '::1/128', 'fe80::/10', 'ff00::/8', 'fd00:ec2::254/128'],
];

/** `networkCode` of a request to a name whose addresses are withheld. */
export const addressRefused = 'ADDRESS_NOT_ALLOWED';

/**
 * A lookup for `net.connect` that gives no address to which a name of a server must not lead, whatever DNS answers at
 * that moment: what is checked here is what is connected to. Names of this machine (`localhost`) keep their addresses.
 *
 * @param allowed - addresses and ranges (`10.0.0.0/8`) that are fine all the same.
 */
export function guardedLookup(allowed: readonly string[], lookup: AddressLookup = systemLookup): LookupFunction {
  const refused = blockList(withheld);
  const exceptions = blockList(allowed);
  const isFine = ({ address, family }: LookupAddress): boolean => {
    const type = family === 6 ? 'ipv6' : 'ipv4';
    return exceptions.check(address, type) || !refused.check(address, type);
  };
  return (hostname, options, callback) => {
    const asked = { ...hintsOf(options), family: familyOf(options.family), all: true } as const;
    lookup(hostname, asked, (error, addresses) => {
      if (error !== null) {
        callback(error, []);
        return;
      }
      const fine = isOwnName(hostname) ? addresses : addresses.filter(isFine);
      const [first] = fine;
      if (first === undefined) callback(Object.assign(new AddressError(hostname), { code: addressRefused }), []);
      else if (options.all === true) callback(null, fine);
      else callback(null, first.address, first.family);
    });
  };
}

/** Never leaves the transport, which makes an error of the client of it. */
class AddressError extends Error {
  constructor(hostname: string) {
    super(`${hostname} leads to an address that is not allowed`);
  }
}

function blockList(ranges: readonly string[]): BlockList {
  const list = new BlockList();
  for (const range of ranges) {
    const [address = '', bits] = range.split('/');
    const family = isIP(address) === 6 ? 'ipv6' : 'ipv4';
    list.addSubnet(address, Number(bits ?? (family === 'ipv6' ? 128 : 32)), family);
  }
  return list;
}

function isOwnName(hostname: string): boolean {
  return hostname === 'localhost' || hostname.endsWith('.localhost');
}

function hintsOf({ hints }: { readonly hints?: number | undefined }): { hints?: number } {
  return hints === undefined ? {} : { hints };
}

function familyOf(family: number | 'IPv4' | 'IPv6' | undefined): number {
  if (family === 'IPv4') return 4;
  return family === 'IPv6' ? 6 : (family ?? 0);
}
