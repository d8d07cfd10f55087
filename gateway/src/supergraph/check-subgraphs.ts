/** Refuses what the composition library lets pass and nobody could plan: what subgraphs say together of interfaces and overrides. */
import type { CompositionProblem } from './check-ownership.ts'
import { writeProblem } from './write-problem.ts'
import type { ReadField, ReadType, SubgraphReading } from './read-subgraph.ts'

export const checkSubgraphs = (subgraphs: readonly SubgraphReading[]): readonly CompositionProblem[] => [
  ...subgraphs.flatMap((subgraph) => [
    ...findKnownMembers(subgraphs, subgraph),
    ...findMissingMembers(subgraphs, subgraph),
    ...findUnresolvableMembers(subgraph),
    ...findInterfaceOverrides(subgraph),
    ...findRootRequirements(subgraph),
  ]),
  ...findRepeatedOverrides(subgraphs),
]

/** Where an interface is held as an object, an object has one type too many if it is known by its own name as well. */
function findKnownMembers(
  subgraphs: readonly SubgraphReading[],
  { name, types }: SubgraphReading,
): readonly CompositionProblem[] {
  return [...types.values()]
    .filter(({ isInterfaceObject }) => isInterfaceObject)
    .flatMap((held) =>
      membersOf(subgraphs, held.name)
        .filter((member) => types.has(member))
        .map((member) =>
          writeProblem({
            subgraphs: [name],
            sentence: `${held.name} is an @interfaceObject here, so an object that implements it is known here as ${held.name} and nothing else, but ${member} is defined here as well.`,
            remedy: `Remove ${member} from "${name}" and put its fields into ${held.name}, or define ${held.name} there as an interface.`,
            code: 'INTERFACE_OBJECT_USAGE_ERROR',
          }),
        ),
    )
}

const membersOf = (
  subgraphs: readonly Pick<SubgraphReading, 'types'>[],
  interfaceName: string,
): readonly string[] => [
  ...new Set(
    subgraphs.flatMap(({ types }) =>
      [...types.values()].flatMap(({ name, kind, interfaces }) =>
        kind === 'object' && interfaces.includes(interfaceName) ? [name] : [],
      ),
    ),
  ),
]

/** Who finds any object of an interface by its key, to say what type it is of, has to know all types. */
function findMissingMembers(
  subgraphs: readonly SubgraphReading[],
  { name, types }: SubgraphReading,
): readonly CompositionProblem[] {
  return [...types.values()].flatMap((type) => {
    const isHeld = subgraphs.some((one) => one.types.get(type.name)?.isInterfaceObject === true)
    if (!isHeld || !isEntered(type)) return []
    const missing = membersOf(subgraphs, type.name).filter(
      (member) => types.get(member)?.interfaces.includes(type.name) !== true,
    )
    if (missing.length === 0) return []
    return [
      writeProblem({
        subgraphs: [name],
        sentence: `${type.name} has a @key here and is an @interfaceObject elsewhere, so every ${type.name} has to be known here, but ${missing.join(' and ')} is not.`,
        remedy: `Define ${missing.join(' and ')} in "${name}", implementing ${type.name}, or write the key with \`resolvable: false\`.`,
        code: 'INTERFACE_KEY_MISSING_IMPLEMENTATION_TYPE',
      }),
    ]
  })
}

const isEntered = ({ kind, isInterfaceObject, keys }: ReadType): boolean =>
  kind === 'interface' && !isInterfaceObject && keys.some(({ isResolvable }) => isResolvable)

/** What an interface is found by, its objects are found by. */
function findUnresolvableMembers({ name, types }: SubgraphReading): readonly CompositionProblem[] {
  return [...types.values()].filter(isEntered).flatMap((type) =>
    membersOf([{ types }], type.name).flatMap((member) => {
      const keys = types.get(member)?.keys ?? []
      const [key] = type.keys.filter(
        ({ fields, isResolvable }) =>
          isResolvable && keys.some((own) => own.fields === fields && !own.isResolvable),
      )
      if (key === undefined) return []
      return [
        writeProblem({
          subgraphs: [name],
          sentence: `${type.name} is found here by @key(fields: "${key.fields}"), but that key of ${member}, which implements it, has \`resolvable: false\`.`,
          remedy: `Make the key of ${member} resolvable, or that of ${type.name} not.`,
          code: 'INTERFACE_KEY_NOT_ON_IMPLEMENTATION',
        }),
      ]
    }),
  )
}

function findInterfaceOverrides({ name, types }: SubgraphReading): readonly CompositionProblem[] {
  return [...types.values()]
    .filter(({ isInterfaceObject }) => isInterfaceObject)
    .flatMap((type) =>
      [...type.fields.values()].flatMap((field) => {
        const { override } = field
        if (override === undefined) return []
        return [
          writeProblem({
            subgraphs: [name],
            sentence: `${type.name}.${field.name} has @override, but ${type.name} is an @interfaceObject: "${override.from}" resolves the field for objects, one type at a time.`,
            remedy: `Remove the field from the objects in "${override.from}", and @override here.`,
            code: 'OVERRIDE_COLLISION_WITH_ANOTHER_DIRECTIVE',
          }),
        ]
      }),
    )
}

/** A subgraph is told what a field requires beside the key of an entity, and a root type is none. */
function findRootRequirements({ name, types }: SubgraphReading): readonly CompositionProblem[] {
  return ['Query', 'Mutation', 'Subscription'].flatMap((root) =>
    [...(types.get(root)?.fields.values() ?? [])]
      .filter(({ requires }) => requires !== undefined)
      .map((field) =>
        writeProblem({
          subgraphs: [name],
          sentence: `${root}.${field.name} has @requires, but ${root} is no entity: there is nothing that "${name}" could be told of it.`,
          remedy: 'Take the value as an argument, or resolve the field on an entity.',
          code: 'REQUIRES_INVALID_FIELDS',
        }),
      ),
  )
}

/** Who takes a field over has it alone, or shares it openly. */
function findRepeatedOverrides(subgraphs: readonly SubgraphReading[]): readonly CompositionProblem[] {
  const takers = new Map<string, Taker[]>()
  for (const taker of subgraphs.flatMap(takersIn)) {
    const known = takers.get(taker.coordinate)
    if (known === undefined) takers.set(taker.coordinate, [taker])
    else known.push(taker)
  }
  return [...takers].flatMap(([coordinate, all]) => {
    if (all.length < 2 || all.every(({ field }) => field.isShareable)) return []
    const names = all.map(({ subgraph }) => subgraph)
    return [
      writeProblem({
        subgraphs: names,
        sentence: `${coordinate} has @override in ${names.map((one) => `"${one}"`).join(' and ')}: each takes it over for itself.`,
        remedy:
          'Leave @override in one of them and remove the field from the others, or mark it @shareable in all.',
        code: 'OVERRIDE_SOURCE_HAS_OVERRIDE',
      }),
    ]
  })
}

type Taker = { readonly coordinate: string; readonly subgraph: string; readonly field: ReadField }

const takersIn = ({ name, types }: SubgraphReading): readonly Taker[] =>
  [...types.values()].flatMap((type) =>
    [...type.fields.values()]
      .filter(({ override }) => override !== undefined)
      .map((field) => ({ coordinate: `${type.name}.${field.name}`, subgraph: name, field })),
  )
