/** Relay connections by keyset: bounded pages, opaque cursors, no OFFSET. */
import { ClientError } from '@souk/contracts'

export type ConnectionArguments = { readonly first?: number | null; readonly after?: string | null }

/** A page to read: fetch `limit + 1` rows after the cursor, so that one row more tells whether there is a next page. */
export type Page<Cursor> = { readonly limit: number; readonly after: Cursor | null }

export type Connection<Node> = {
  readonly edges: readonly { readonly cursor: string; readonly node: Node }[]
  readonly nodes: readonly Node[]
  readonly pageInfo: {
    readonly hasNextPage: boolean
    readonly hasPreviousPage: boolean
    readonly startCursor: string | null
    readonly endCursor: string | null
  }
}

export const pageLimits = { firstDefault: 20, firstMax: 100 } as const

type CursorPart = string | number | boolean | null

/** Reads `first` and `after`. `read` gets the parts that `connectionOf` wrote and returns undefined if they are not a cursor of this list. */
export function readPage<Cursor>(
  args: ConnectionArguments,
  read: (parts: readonly CursorPart[]) => Cursor | undefined,
): Page<Cursor> {
  const limit = args.first ?? pageLimits.firstDefault
  if (!Number.isInteger(limit) || limit < 0 || limit > pageLimits.firstMax) {
    throw new ClientError('BAD_INPUT', `"first" is between 0 and ${pageLimits.firstMax}; ${limit} is not.`)
  }
  if (args.after == null) return { limit, after: null }
  const after = read(partsOf(args.after))
  if (after === undefined) throw notACursor(args.after)
  return { limit, after }
}

/** The usual cursor: an id. */
export const readIdCursor = (parts: readonly CursorPart[]): string | undefined =>
  typeof parts[0] === 'string' ? parts[0] : undefined

/** A connection from the `limit + 1` rows that a store read for `page`. */
export function connectionOf<Node>(
  rows: readonly Node[],
  page: Page<unknown>,
  cursorOf: (node: Node) => readonly CursorPart[],
): Connection<Node> {
  const nodes = rows.slice(0, page.limit)
  const edges = nodes.map((node) => ({ cursor: encodeCursor(cursorOf(node)), node }))
  return {
    edges,
    nodes,
    pageInfo: {
      hasNextPage: rows.length > page.limit,
      hasPreviousPage: page.after !== null,
      startCursor: edges[0]?.cursor ?? null,
      endCursor: edges.at(-1)?.cursor ?? null,
    },
  }
}

const encodeCursor = (parts: readonly CursorPart[]): string =>
  Buffer.from(JSON.stringify(parts)).toString('base64url')

function partsOf(cursor: string): readonly CursorPart[] {
  try {
    const parts: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'))
    if (Array.isArray(parts)) return parts as CursorPart[]
  } catch {
    // Falls through to the one error below.
  }
  throw notACursor(cursor)
}

const notACursor = (cursor: string): ClientError =>
  new ClientError(
    'BAD_INPUT',
    `"after" takes a cursor that this list returned; "${cursor.slice(0, 40)}" is not one.`,
  )
