/** Passes headers of subgraphs' answers on to the client, by rules; a header that no rule names stays here. */
import type { SubgraphResponse } from '@souk/contracts'
import type { TrafficOverrides } from './traffic-limits.ts'

/**
 * `return` is what a subgraph calls it, `as` what the client gets; without `from` every subgraph may send it. Of several answers the `first` to
 * come counts, or the `last`, or all of them, with commas between (`append`).
 */
export type ReturnRule = {
  readonly return: string
  readonly as?: string | undefined
  readonly from?: readonly string[] | undefined
  readonly merge?: 'first' | 'last' | 'append' | undefined
}

/** What the client's answer is to have, filled while answers come. Lower-case names. */
export type ReturnedHeaders = Record<string, string>

export const rulesFrom = (subgraph: string, rules: readonly ReturnRule[]): readonly ReturnRule[] =>
  rules.filter(({ from }) => from === undefined || from.includes(subgraph))

/** The headers that a transport has to keep. */
export const namesReturned = (rules: readonly ReturnRule[]): ReadonlySet<string> =>
  new Set(rules.map((rule) => rule.return.toLowerCase()))

export function takeHeaders(
  { headers = {} }: SubgraphResponse,
  rules: readonly ReturnRule[],
  into: ReturnedHeaders,
): void {
  for (const { return: name, as = name, merge = 'first' } of rules) {
    const value = headers[name.toLowerCase()]
    if (value === undefined) continue
    const own = as.toLowerCase()
    const merged = mergeValues(into[own], value, merge)
    if (merged.length <= returnedCharactersMax) into[own] = merged
  }
}

// Clients and proxies commonly take 8 kB of headers in all. What would be more is left as it was.
const returnedCharactersMax = 4_096

function mergeValues(
  before: string | undefined,
  value: string,
  merge: NonNullable<ReturnRule['merge']>,
): string {
  if (before === undefined) return value
  switch (merge) {
    case 'first':
      return before
    case 'last':
      return value
    case 'append':
      return `${before}, ${value}`
    default:
      return merge satisfies never
  }
}

/** A cookie is for the client that asked: what sets one is asked for each client anew. */
export const setsCookies = (rules: readonly ReturnRule[]): boolean => rules.some(isCookieRule)

const isCookieRule = (rule: ReturnRule): boolean => rule.return.toLowerCase() === 'set-cookie'

/** Calls to subgraphs whose cookies are returned are not shared. */
export function withoutSharedCookies(
  traffic: TrafficOverrides,
  rules: readonly ReturnRule[],
): TrafficOverrides {
  const names = rules.filter(isCookieRule).flatMap(({ from = [] }) => from)
  return {
    ...traffic,
    ...Object.fromEntries(names.map((name) => [name, { ...traffic[name], sharesCalls: false }])),
  }
}
