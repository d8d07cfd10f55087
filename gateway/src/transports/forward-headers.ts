/** Passes headers of the client on to subgraphs, by rules; a header that no rule names stays here. */
import type { Transport } from '@souk/contracts'
import { type ReturnedHeaders, type ReturnRule, rulesFrom, takeHeaders } from './return-headers.ts'

/** `forward` is what the client calls it, `as` what the subgraph does; without `to` every subgraph gets it. */
export type ForwardRule = {
  readonly forward: string
  readonly as?: string | undefined
  readonly to?: readonly string[] | undefined
}

type Transports = ReadonlyMap<string, Transport>
type Headers = Readonly<Record<string, string | undefined>>

/** The transports for one request: what its rules name goes on, and what comes back is put into `returned`. */
export type TransportsFor = (headers: Headers, returned?: ReturnedHeaders) => Transports

export function forwardHeaders(
  transports: Transports,
  rules: readonly ForwardRule[],
  returning: readonly ReturnRule[] = [],
): TransportsFor {
  if (rules.length === 0 && returning.length === 0) return () => transports
  const forwarding = [...transports].map(([name, transport]) => ({
    name,
    transport,
    rules: rules.filter(({ to }) => to === undefined || to.includes(name)),
    back: rulesFrom(name, returning),
  }))
  return (headers, returned) =>
    new Map(
      forwarding.map(({ name, transport, rules: own, back }) => {
        const forwarded = withHeaders(transport, read(headers, own))
        return [name, returned === undefined ? forwarded : returningTo(returned, forwarded, back)]
      }),
    )
}

// Of calls alone: the headers of an answer are sent before the first event of a subscription comes.
function returningTo(
  returned: ReturnedHeaders,
  transport: Transport,
  rules: readonly ReturnRule[],
): Transport {
  if (rules.length === 0) return transport
  return {
    ...transport,
    async execute(request, signal) {
      const answer = await transport.execute(request, signal)
      takeHeaders(answer, rules, returned)
      return answer
    },
  }
}

function read(headers: Headers, rules: readonly ForwardRule[]): Readonly<Record<string, string>> {
  return Object.fromEntries(
    rules.flatMap(({ forward, as = forward }) => {
      const value = headers[forward.toLowerCase()]
      return value === undefined ? [] : [[as.toLowerCase(), value]]
    }),
  )
}

function withHeaders(transport: Transport, headers: Readonly<Record<string, string>>): Transport {
  if (Object.keys(headers).length === 0) return transport
  const subscribe = transport.subscribe?.bind(transport)
  return {
    ...transport,
    execute: (request, signal) => transport.execute({ ...request, headers }, signal),
    ...(subscribe && { subscribe: (request, signal) => subscribe({ ...request, headers }, signal) }),
  }
}
