/** Writes down the data that a made-up case needs, as the tables of a named case, if it shows the same there. */
import { GraphQLError } from 'graphql'
import { type Case, findProblem } from './find-problem.ts'
import { openGraph } from './world/open-graph.ts'
import type { Row, Tables } from './world/table-world.ts'

/** The text of the tables; undefined if a field has several values, or all is well with written data. */
export async function writeTables(found: Case): Promise<string | undefined> {
  const cells = new Map<string, Map<string, Map<string, unknown>>>()
  let isAmbiguous = false
  const onValue = (
    asked: { thing: { __typename: string; id: string }; name: string },
    value: unknown,
  ): void => {
    const { thing, name } = asked
    const byId = cells.get(thing.__typename) ?? new Map<string, Map<string, unknown>>()
    const row = byId.get(thing.id) ?? new Map<string, unknown>([['id', thing.id]])
    cells.set(thing.__typename, byId.set(thing.id, row))
    const cell = isRequiring(name) && !(value instanceof Error) ? told : value
    if (row.has(name) && textOf(row.get(name)) !== textOf(cell)) isAmbiguous = true
    row.set(name, cell)
  }
  const before = await problemOf({ ...found, options: { ...found.options, transport: 'memory', onValue } })
  const tables: Tables = Object.fromEntries(
    [...cells].map(([typeName, rows]) => [
      typeName,
      [...rows.values()].map((row): Row => Object.fromEntries(row)),
    ]),
  )
  const after = await problemOf({ ...found, options: { ...found.options, transport: 'memory', tables } })
  if (isAmbiguous || before === undefined || before.split(':')[0] !== after?.split(':')[0]) return undefined
  return textOf(tables)
}

async function problemOf({ sources, operation, options }: Case): Promise<string | undefined> {
  const graph = await openGraph(sources, options)
  try {
    const found = await findProblem(graph, operation).catch(() => undefined)
    return found?.problem
  } finally {
    await graph.close()
  }
}

/** All fields that require something are called so, and are strings. */
const isRequiring = (name: string): boolean => /^q[a-z]$/.test(name)

const told = ({ required }: { readonly required: object }): string => JSON.stringify(required)

function textOf(value: unknown): string {
  if (value === told) return '({ required }: { required: object }) => JSON.stringify(required)'
  if (value instanceof GraphQLError)
    return `new GraphQLError(${JSON.stringify(value.message)}, { extensions: ${JSON.stringify(value.extensions)} })`
  if (Array.isArray(value)) return `[${value.map(textOf).join(', ')}]`
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? 'null'
  const members = Object.entries(value).map(([name, one]) => `${name}: ${textOf(one)}`)
  return `{ ${members.join(', ')} }`
}
