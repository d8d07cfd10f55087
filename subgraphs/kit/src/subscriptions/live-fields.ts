/** Subscription fields that show an entity as it is, and again whenever it has changed. */
import { ClientError, notFound } from '@souk/contracts'
import type { GraphQLSchema } from 'graphql'
import type { SubgraphContext } from '../subgraph-context.ts'
import type { Changes, WatchedChanges } from './open-changes.ts'

/** Method syntax on purpose: parameters of methods are compared both ways, so each field may name its own arguments. */
export type LiveField<Modules> = {
  /** What the entity is called to somebody who may not see it, such as "order". */
  readonly what: string
  /** Which entity is watched. */
  idOf(args: never): string
  /** The entity as it is now, checked for this viewer each time; null if there is none that they may see. */
  load(args: never, context: SubgraphContext<Modules>): Promise<object | null>
  readonly changes: WatchedChanges
  /** Whether nothing will change any more: the subscription completes. */
  isLast?(entity: never): boolean
}

export type LiveFields<Modules> = Readonly<Record<string, LiveField<Modules>>>

export function attachLiveFields<Modules>(schema: GraphQLSchema, live: LiveFields<Modules>): void {
  const fields = schema.getSubscriptionType()?.getFields() ?? {}
  for (const name of new Set([...Object.keys(fields), ...Object.keys(live)])) {
    const [field, definition] = [fields[name], live[name]]
    if (field === undefined || definition === undefined)
      throw new Error(`The subscription "${name}" is ${field ? 'declared but not defined' : 'not declared'}.`)
    field.subscribe = (_root, args, context: LiveContext<Modules>) =>
      openEntities(definition as LiveField<unknown>, args as never, context)
    field.resolve = (event: LiveEvent | undefined) => {
      if (event === undefined) throw new ClientError('BAD_INPUT', `${name} answers with a stream of events.`)
      return event.entity
    }
  }
}

export type WithChanges = { readonly changes: Changes }

type LiveContext<Modules> = SubgraphContext<Modules> & WithChanges

type LiveEvent = { readonly entity: object }

/** The first one is read before the stream begins: what the viewer may not see is a refusal, and no stream. */
async function openEntities(
  field: LiveField<unknown>,
  args: never,
  context: LiveContext<unknown>,
): Promise<AsyncGenerator<LiveEvent>> {
  const id = field.idOf(args)
  // Watched before it is read: what changes in between is told.
  const watcher = await context.changes.watch(id, field.changes, context.signal)
  const read = async (): Promise<object> => {
    context.loaders.clear()
    const entity = await field.load(args, context)
    if (entity === null) throw notFound(field.what, id)
    return entity
  }
  const first = await read()
  return (async function* entities() {
    for (let entity = first; ; entity = await read()) {
      yield { entity }
      if (field.isLast?.(entity as never) === true) return
      if (!(await watcher.next())) return
    }
  })()
}
