/** The inbox: an event's id is recorded in the transaction that acts on it, so an event delivered twice acts once. */
import { type EventEnvelope, type EventType, eventSchemas, isEventType } from '@souk/contracts'
import { z } from 'zod'
import { type SqlExecutor, type SubgraphDatabase, transact } from './sql.ts'
import type { SubgraphContext } from './subgraph-context.ts'

/** Acts on an event. Everything it writes goes through `transaction`; it calls nothing outside. */
export type EventHandler<Modules, T extends EventType> = (
  event: EventEnvelope<T>,
  transaction: SqlExecutor,
  context: SubgraphContext<Modules>,
) => Promise<void>

export type EventHandlers<Modules> = { readonly [T in EventType]?: EventHandler<Modules, T> }

const envelopeSchema = z.object({
  id: z.string(),
  type: z.string(),
  entityId: z.string(),
  occurredAt: z.string(),
  payload: z.string(),
})

/** An event as the internal mutation takes it: the payload is JSON text. */
export type WireEvent = z.infer<typeof envelopeSchema>

export const toWireEvent = (event: EventEnvelope): WireEvent => ({
  ...event,
  payload: JSON.stringify(event.payload),
})

/**
 * Handles a batch in order and returns the ids that are done. After a failure the later events of that entity wait, so that
 * order holds; other entities go on.
 */
export async function handleEvents<Modules>(
  handlers: EventHandlers<Modules>,
  { database, context }: { readonly database: SubgraphDatabase; readonly context: SubgraphContext<Modules> },
  wireEvents: readonly unknown[],
): Promise<readonly string[]> {
  const handled: string[] = []
  const blocked = new Set<string>()
  for (const wireEvent of wireEvents) {
    const event = envelopeSchema.parse(wireEvent)
    if (blocked.has(event.entityId)) continue
    try {
      await handleOnce(handlers, { database, context }, event)
      handled.push(event.id)
    } catch (error) {
      blocked.add(event.entityId)
      context.logger.error(
        { err: error, eventId: event.id, type: event.type },
        'an event could not be handled and will be delivered again',
      )
    }
  }
  return handled
}

async function handleOnce<Modules>(
  handlers: EventHandlers<Modules>,
  { database, context }: { readonly database: SubgraphDatabase; readonly context: SubgraphContext<Modules> },
  wire: WireEvent,
): Promise<void> {
  if (!isEventType(wire.type)) throw new Error(`There is no event "${wire.type}".`)
  const handler = handlers[wire.type] as EventHandler<Modules, EventType> | undefined
  if (handler === undefined) throw new Error(`No handler for "${wire.type}".`)
  const event = { ...wire, type: wire.type, payload: eventSchemas[wire.type].parse(JSON.parse(wire.payload)) }
  await transact(database, async (transaction) => {
    const isNew = await transaction.$executeRawUnsafe(recordSql, event.id, event.type, context.clock.now())
    if (isNew === 1) await handler(event, transaction, context)
  })
}

const recordSql = `INSERT INTO inbox_event (id, type, received_at) VALUES ($1, $2, $3) ON CONFLICT (id) DO NOTHING`
