/** What the gateways are asked: which query, how often the same, and what of it may be shared. */
import { readFile } from 'node:fs/promises'
import type { GatewayName, Shares } from './gateways.ts'

export type Work = {
  readonly title: string
  readonly bodies: () => Promise<readonly string[]>
  /** The answer that it has to have, by its file. */
  readonly expected: 'big' | 'small'
  readonly shares: Shares
  readonly isEachAlone?: boolean
  readonly delayMs?: number
  readonly runs: (gateway: GatewayName) => boolean
}

export type WorkName =
  | 'big'
  | 'big-shared-calls'
  | 'big-shared-queries'
  | 'small'
  | 'big-each-alone'
  | 'many-documents'
  | 'slow-subgraphs'

const read = async (name: string): Promise<string> =>
  await readFile(new URL(`graph/queries/${name}.graphql`, import.meta.url), 'utf8')

const one = (name: string) => async (): Promise<readonly string[]> => [
  JSON.stringify({ query: await read(name) }),
]

/** The same query in a thousand texts: another name of the operation in each. */
async function thousand(): Promise<readonly string[]> {
  const text = await read('big')
  return Array.from({ length: 1_000 }, (_, at) =>
    JSON.stringify({ query: text.replace('TestQuery', `TestQuery${at}`) }),
  )
}

const all = (): boolean => true
const canShareCalls = (name: GatewayName): boolean => ['souk', 'grafbase'].includes(name)
const canShareQueries = (name: GatewayName): boolean => ['souk', 'hive', 'hive-rust'].includes(name)

export const works: Readonly<Record<WorkName, Work>> = {
  big: {
    title: 'The benchmark query, every call sent',
    bodies: one('big'),
    expected: 'big',
    shares: 'nothing',
    runs: all,
  },
  'big-shared-calls': {
    title: 'The same, identical subgraph calls in flight shared',
    bodies: one('big'),
    expected: 'big',
    shares: 'calls',
    runs: canShareCalls,
  },
  'big-shared-queries': {
    title: 'The same, identical queries in flight shared',
    bodies: one('big'),
    expected: 'big',
    shares: 'queries',
    runs: canShareQueries,
  },
  small: {
    title: 'A query of three fields, every call sent',
    bodies: one('small'),
    expected: 'small',
    shares: 'nothing',
    runs: all,
  },
  'big-each-alone': {
    title: 'The benchmark query, another Authorization header in each request',
    bodies: one('big'),
    expected: 'big',
    shares: 'queries',
    isEachAlone: true,
    runs: (name) => ['souk', 'grafbase'].includes(name),
  },
  'many-documents': {
    title: 'The benchmark query in a thousand texts in rotation',
    bodies: thousand,
    expected: 'big',
    shares: 'nothing',
    runs: (name) => name === 'souk',
  },
  'slow-subgraphs': {
    title: 'The benchmark query, subgraphs that take 4 ms',
    bodies: one('big'),
    expected: 'big',
    shares: 'nothing',
    delayMs: 4,
    runs: (name) => ['souk', 'by-hand', 'grafbase'].includes(name),
  },
}
