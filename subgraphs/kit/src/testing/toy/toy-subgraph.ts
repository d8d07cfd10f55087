/** A small subgraph for the chassis' own tests: notes that publish, and a reader that consumes. */
import { ClientError, type EventPayload, type SubgraphName } from '@souk/contracts'
import type { PrismaPg } from '@prisma/adapter-pg'
import { defineSubgraph } from '../../define-subgraph.ts'
import type { Subgraph, SubgraphServices } from '../../subgraph.ts'
import { writeWithEvents } from '../../outbox.ts'
import type { SqlExecutor, SubgraphDatabase } from '../../sql.ts'
import type { SubgraphContext } from '../../subgraph-context.ts'
import { recordChange } from '../../subscriptions/record-changes.ts'
import { openSqlDatabase } from './sql-database.ts'

type NoteRow = { id: string; text: string; at: Date }

export type ToyModules = {
  readonly loads: (readonly string[])[]
  notes(ids: readonly string[]): Promise<ReadonlyMap<string, NoteRow>>
  write(note: { id: string; text: string }): Promise<NoteRow>
}

/** `behaviour.fail` makes the reader refuse an event, by its title, until it is cleared. */
export const behaviour: { fail: string | undefined; delivered: number } = { fail: undefined, delivered: 0 }

export const loads: (readonly string[])[] = []

export function toySubgraph(name: SubgraphName): Subgraph {
  return defineSubgraph<SubgraphDatabase, ToyModules>({
    name,
    directory: new URL('.', import.meta.url),
    openDatabase: (adapter: PrismaPg) => openSqlDatabase(adapter),
    openModules: (services) => openToyModules(services, name),
    entities: { Note: { id: (context, ids) => context.modules.notes(ids) } },
    resolvers: {
      Query: {
        note: (_root, { id }: { id: string }, context) =>
          context.loaders.load('notes', id, (ids) => context.modules.notes(ids)),
        clientError: () => {
          throw new ClientError('BAD_INPUT', 'That is not how it is done.')
        },
        bug: () => {
          throw new TypeError('secret detail')
        },
        slow: (_root, _args, context) =>
          new Promise((_resolve, reject) =>
            context.signal.addEventListener('abort', () => reject(new Error('aborted'))),
          ),
        whoAmI: (_root, _args, context) =>
          context.viewer.kind === 'user' ? context.viewer.userId : context.viewer.kind,
        _internalSecret: () => 'told',
      },
      Mutation: {
        noteWrite: (_root, note: { id: string; text: string }, context) => context.modules.write(note),
      },
      Note: {
        related: (note: NoteRow, _args, context) =>
          note.text
            .split(' ')
            .map((id) =>
              id === 'broken'
                ? Promise.reject(new ClientError('NOT_FOUND', 'It is broken.'))
                : context.loaders.load('notes', id, (ids) => context.modules.notes(ids)),
            ),
      },
    },
    liveFields: {
      noteUpdated: { ...liveNote, load: ({ id }: { id: string }, context) => loadNote(id, context) },
      _internalNoteUpdated: { ...liveNote, load: ({ id }: { id: string }, context) => loadNote(id, context) },
    },
    events: {
      'order.paid.v1': ignore,
      'order.completed.v1': ignore,
      'order.refunded.v1': ignore,
      'product.changed.v1': async (event, transaction: SqlExecutor) => {
        behaviour.delivered += 1
        if (event.payload.title === behaviour.fail) throw new Error(`refusing ${event.payload.title}`)
        await transaction.$executeRawUnsafe(
          'INSERT INTO seen (product_id, title) VALUES ($1, $2)',
          event.entityId,
          event.payload.title,
        )
      },
    },
  })
}

const liveNote = {
  what: 'note',
  idOf: ({ id }: { id: string }) => id,
  changes: { 'note.changed.v1': 0 },
  isLast: ({ text }: NoteRow) => text === 'the end',
}

const loadNote = (id: string, context: SubgraphContext<ToyModules>): Promise<NoteRow | null> =>
  id === 'stuck'
    ? new Promise(() => undefined)
    : context.loaders.load('notes', id, (ids) => context.modules.notes(ids))

function openToyModules(
  { database, outbox, clock, ids: newIds }: SubgraphServices<SubgraphDatabase>,
  subgraph: SubgraphName,
): ToyModules {
  return {
    loads,
    notes: async (ids) => {
      loads.push(ids)
      const rows = await database.$queryRawUnsafe<NoteRow[]>(
        'SELECT id, text, at FROM note WHERE id = ANY($1)',
        ids,
      )
      return new Map(rows.map((row) => [row.id, row]))
    },
    write: ({ id, text }) =>
      writeWithEvents(database, outbox, async (transaction, publish) => {
        await transaction.$executeRawUnsafe(
          'INSERT INTO note (id, text, at) VALUES ($1, $2, $3) ON CONFLICT (id) DO UPDATE SET text = EXCLUDED.text',
          id,
          text,
          clock.now(),
        )
        const at = clock.now()
        await recordChange(transaction, { subgraph, type: 'note.changed.v1', entityId: id, at, ids: newIds })
        publish({ type: 'product.changed.v1', entityId: id, payload: changed(id, text) })
        return { id, text, at: clock.now() }
      }),
  }
}

const ignore = async (): Promise<void> => undefined

const changed = (productId: string, title: string): EventPayload<'product.changed.v1'> => ({
  productId,
  shopId: 'shop',
  title,
  categoryId: null,
  status: 'LISTED',
  price: null,
})
