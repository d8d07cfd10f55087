/** The driver's client, with a span for each statement of a traced request, and telling of each statement on its way out. */
import { beginSpan, isTraced, type OpenSpan } from '@souk/contracts'
import pg from 'pg'

export type TracedClientOptions = {
  /** Of the database, as spans name it. */
  readonly schema: string
  readonly onStatement?: ((sql: string) => void) | undefined
}

type Send = (this: pg.Client, ...args: readonly unknown[]) => unknown

export function tracedClient({ schema, onStatement }: TracedClientOptions): typeof pg.Client {
  const Traced = class extends pg.Client {}
  const send = pg.Client.prototype.query as Send
  const query: Send = function query(this: pg.Client, ...args) {
    const sql = textOf(args[0])
    onStatement?.(sql)
    if (!isTraced()) return Reflect.apply(send, this, args)
    return sendTraced(beginSpan(spanOf(sql, schema)), args, (sent) => Reflect.apply(send, this, sent))
  }
  Traced.prototype.query = query as typeof Traced.prototype.query
  return Traced
}

const textOf = (query: unknown): string => {
  if (typeof query === 'string') return query
  return typeof query === 'object' && query !== null && 'text' in query ? String(query.text) : ''
}

// The text has a placeholder where a value goes; the values are looked at by nobody.
const spanOf = (sql: string, schema: string) => ({
  name: `${/^\s*(\w+)/.exec(sql)?.[1]?.toUpperCase() ?? 'SQL'} ${schema}`,
  kind: 'client' as const,
  attributes: {
    'db.system.name': 'postgresql',
    'db.namespace': schema,
    'db.query.text': sql.length > textCharactersMax ? `${sql.slice(0, textCharactersMax)}…` : sql,
  },
})

// What stays readable in a trace; an import writes statements of a megabyte.
const textCharactersMax = 4_000

/** A statement ends with its promise; one that is given a callback ends when that is called. */
function sendTraced(span: OpenSpan, args: readonly unknown[], send: (args: readonly unknown[]) => unknown) {
  const callback = args.at(-1)
  if (typeof callback === 'function')
    return send([...args.slice(0, -1), endingBefore(span, callback as Callback)])
  const sent = send(args)
  if (sent instanceof Promise) return endingWith(span, sent)
  span.end()
  return sent
}

async function endingWith(span: OpenSpan, sent: Promise<unknown>): Promise<unknown> {
  try {
    return await sent
  } catch (error) {
    span.fail(error)
    throw error
  } finally {
    span.end()
  }
}

type Callback = (error: unknown, ...rest: readonly unknown[]) => unknown

const endingBefore =
  (span: OpenSpan, callback: Callback): Callback =>
  (error, ...rest) => {
    if (error) span.fail(error)
    span.end()
    return callback(error, ...rest)
  }
