/** Decides progressive overrides once: `@override(from: "a", label: "…")` leaves a field to one of two subgraphs. */
import { type ConstDirectiveNode, type DocumentNode, type FieldDefinitionNode, Kind, visit } from 'graphql'
import { argumentOf, directivesOf, graphsByName } from './joins.ts'

/**
 * A plan is kept for every client, so a share of the requests can't go one way and the rest another: only a whole share,
 * `percent(100)`, moves the field. With any other label whoever had it before keeps it. Composers differ in what they write
 * on the side that loses; after this it is always what they write of a plain override.
 */
export function settleOverrides(document: DocumentNode): DocumentNode {
  const graphs = graphsByName(document)
  return visit(document, {
    FieldDefinition(field) {
      const isLabelled = directivesOf(field, 'join__field').some(
        (join) => argumentOf(join, 'overrideLabel') !== undefined,
      )
      return isLabelled ? settleField(field, graphs) : undefined
    },
  })
}

function settleField(field: FieldDefinitionNode, graphs: ReadonlyMap<string, string>): FieldDefinitionNode {
  const losers = new Set<string>()
  const winners = new Set<string>()
  for (const join of directivesOf(field, 'join__field')) {
    const [label, from] = [argumentOf(join, 'overrideLabel'), argumentOf(join, 'override')]
    if (label === undefined || from === undefined) continue
    const taker = argumentOf(join, 'graph') ?? ''
    const giver = graphs.get(from) ?? ''
    losers.add(isWhole(label) ? giver : taker)
    winners.add(isWhole(label) ? taker : giver)
  }
  const directives = (field.directives ?? []).map((join) => {
    if (join.name.value !== 'join__field') return join
    const graph = argumentOf(join, 'graph') ?? ''
    if (losers.has(graph)) return withArguments(join, ['override', 'overrideLabel'], overridden)
    return winners.has(graph) ? withArguments(join, ['overrideLabel', 'usedOverridden']) : join
  })
  return { ...field, directives }
}

const isWhole = (label: string): boolean => /^percent\(100(\.0*)?\)$/.test(label)

const overridden = {
  kind: Kind.ARGUMENT,
  name: { kind: Kind.NAME, value: 'usedOverridden' },
  value: { kind: Kind.BOOLEAN, value: true },
} as const

function withArguments(
  join: ConstDirectiveNode,
  without: readonly string[],
  added?: typeof overridden,
): ConstDirectiveNode {
  const kept = (join.arguments ?? []).filter(
    ({ name }) => !without.includes(name.value) && name.value !== added?.name.value,
  )
  return { ...join, arguments: added === undefined ? kept : [...kept, added] }
}
