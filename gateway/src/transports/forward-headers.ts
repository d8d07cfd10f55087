/** Passes headers of the client on to subgraphs, by rules; a header that no rule names stays here. */
import type { Transport } from '@souk/contracts'

/** `forward` is what the client calls it, `as` what the subgraph does; without `to` every subgraph gets it. */
export type ForwardRule = {
  readonly forward: string
  readonly as?: string | undefined
  readonly to?: readonly string[] | undefined
}

type Transports = ReadonlyMap<string, Transport>
type Headers = Readonly<Record<string, string | undefined>>

export function forwardHeaders(
  transports: Transports,
  rules: readonly ForwardRule[],
): (headers: Headers) => Transports {
  if (rules.length === 0) return () => transports
  const forwarding = [...transports].map(([name, transport]) => ({
    name,
    transport,
    rules: rules.filter(({ to }) => to === undefined || to.includes(name)),
  }))
  return (headers) =>
    new Map(
      forwarding.map(({ name, transport, rules: own }) => [name, withHeaders(transport, read(headers, own))]),
    )
}

function read(headers: Headers, rules: readonly ForwardRule[]): Readonly<Record<string, string>> {
  return Object.fromEntries(
    rules.flatMap(({ forward, as = forward }) => {
      const value = headers[forward.toLowerCase()]
      return value === undefined ? [] : [[as.toLowerCase(), value]]
    }),
  )
}

const withHeaders = (transport: Transport, headers: Readonly<Record<string, string>>): Transport =>
  Object.keys(headers).length === 0
    ? transport
    : { ...transport, execute: (request, signal) => transport.execute({ ...request, headers }, signal) }
