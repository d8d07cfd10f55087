/** Federation's `_entities`: one load per type and key however many representations, and a bad one fails alone. */
import { ClientError } from '@souk/contracts'
import type { SubgraphContext } from './subgraph-context.ts'

/**
 * How a type is found: by each key field, many keys at once. What the map leaves out reads as "not found" (null), which is
 * also how a row that the viewer may not see is answered.
 */
export type EntityDefinition<Modules> = Readonly<
  Record<
    string,
    (context: SubgraphContext<Modules>, keys: readonly string[]) => Promise<ReadonlyMap<string, object>>
  >
>

export type EntityDefinitions<Modules> = Readonly<Record<string, EntityDefinition<Modules>>>

/** For a type owned elsewhere that this subgraph only adds fields to: its key is all there is to it. */
export const keyOnly =
  (keyField: string) =>
  async (_context: unknown, keys: readonly string[]): Promise<ReadonlyMap<string, object>> =>
    new Map(keys.map((key) => [key, { [keyField]: key }]))

type Representation = { readonly __typename?: unknown } & Readonly<Record<string, unknown>>

/** Resolves all representations of one `_entities` call. Each entry is a promise, so that each fails alone. */
export function resolveEntities<Modules>(
  definitions: EntityDefinitions<Modules>,
  representations: readonly unknown[],
  context: SubgraphContext<Modules>,
): Promise<object | null>[] {
  return representations.map((representation) =>
    resolveEntity(definitions, representation as Representation, context),
  )
}

async function resolveEntity<Modules>(
  definitions: EntityDefinitions<Modules>,
  representation: Representation,
  context: SubgraphContext<Modules>,
): Promise<object | null> {
  const typeName = representation?.__typename
  const definition =
    typeof typeName === 'string' && Object.hasOwn(definitions, typeName) ? definitions[typeName] : undefined
  if (definition === undefined || typeof typeName !== 'string') {
    throw new ClientError('BAD_REPRESENTATION', `This subgraph has no entity "${String(typeName)}".`)
  }
  const keyField = Object.keys(definition).find((field) => typeof representation[field] === 'string')
  const key = keyField === undefined ? undefined : representation[keyField]
  if (keyField === undefined || typeof key !== 'string') {
    throw new ClientError(
      'BAD_REPRESENTATION',
      `A representation of ${typeName} needs ${Object.keys(definition).join(' or ')}.`,
    )
  }
  const found = await loadEntity(definitions, { typeName, keyField, key }, context)
  // External fields that a @requires brought along stay visible to the resolver.
  return found === null ? null : { ...representation, ...found, __typename: typeName }
}

/** Loads one entity through the same batch as `_entities`, for resolvers of the owning subgraph. */
export function loadEntity<Modules>(
  definitions: EntityDefinitions<Modules>,
  { typeName, keyField, key }: { readonly typeName: string; readonly keyField: string; readonly key: string },
  context: SubgraphContext<Modules>,
): Promise<object | null> {
  return context.loaders.load(`entity ${typeName} by ${keyField}`, key, async (keys) => {
    const load = definitions[typeName]?.[keyField]
    if (load === undefined) throw new Error(`No entity loader for ${typeName} by ${keyField}.`)
    return await load(context, keys)
  })
}
