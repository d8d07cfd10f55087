/** Where a client is: the address that stands for it while nobody knows who it is. */
import { isIPv6 } from 'node:net'

/**
 * The address of the connection, or what the last of our own proxies says of it. Each proxy adds the address that it was called from at the
 * end of `x-forwarded-for`; whatever stands before those of our own anybody could have written.
 */
export function clientAddress(
  connection: string | undefined,
  forwardedFor: string | undefined,
  proxies: number,
): string | undefined {
  const forwarded = (forwardedFor ?? '')
    .split(',')
    .map((one) => one.trim())
    .filter((one) => one !== '')
  const hops = [...forwarded, connection]
  return proxies === 0 ? connection : (hops.at(-1 - proxies) ?? hops[0])
}

/** One client can have all addresses of an IPv6 network of 64 bits, so they are one. */
export function networkOf(address: string): string {
  const plain = address.replace(/^::ffff:(?=\d+\.)/i, '').replace(/%.*$/, '')
  if (!isIPv6(plain)) return plain
  const [head = '', tail] = plain.toLowerCase().split('::')
  const groups = head.split(':').filter((group) => group !== '')
  const after = tail === undefined ? [] : tail.split(':').filter((group) => group !== '')
  const zeros = Array.from({ length: Math.max(0, 8 - groups.length - after.length) }, () => '0')
  return `${[...groups, ...zeros, ...after]
    .slice(0, 4)
    .map((group) => group.replace(/^0+(?=.)/, ''))
    .join(':')}::/64`
}
