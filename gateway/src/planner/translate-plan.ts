/** Translates a plan of `@graphql-hive/router-query-planner` 0.0.38 into our format. Nothing else knows its shape. */
import {
  type FragmentDefinitionNode,
  type GraphQLSchema,
  isAbstractType,
  Kind,
  parse,
  type SelectionSetNode,
} from 'graphql'
import type {
  EntityInput,
  PathStep,
  PlanNode,
  RepresentationField,
  RepresentationShape,
  Rewrite,
  RewriteStep,
} from './query-plan.ts'

export function translatePlan(answer: unknown, schema: GraphQLSchema): PlanNode | null {
  const { node } = answer as { node?: TheirNode | null }
  return node === undefined || node === null ? null : translateNode(node, { schema, path: [] })
}

type Place = { readonly schema: GraphQLSchema; readonly path: readonly PathStep[] }

function translateNode(node: TheirNode, place: Place): PlanNode | null {
  switch (node.kind) {
    case 'Sequence':
    case 'Parallel': {
      const nodes = node.nodes.flatMap((child) => translateNode(child, place) ?? [])
      if (nodes.length < 2) return nodes[0] ?? null
      return { kind: node.kind === 'Sequence' ? 'sequence' : 'parallel', nodes }
    }
    case 'Condition':
      return translateCondition(node, place)
    case 'Flatten':
      return translateNode(node.node, {
        ...place,
        path: [...place.path, ...node.path.map((step) => pathStep(step, place.schema))],
      })
    case 'Fetch':
      return node.requires === undefined || node.requires === null
        ? rootFetch(node)
        : entityFetch(node, place)
    case 'BatchFetch':
      return batchFetch(node, place)
    default:
      throw new Error(`The planner answered with a node that is not known: ${JSON.stringify(node)}`)
  }
}

function translateCondition(node: Extract<TheirNode, { kind: 'Condition' }>, place: Place): PlanNode | null {
  const branches = (
    [
      [true, node.ifClause],
      [false, node.elseClause],
    ] as const
  ).flatMap(([wanted, clause]): PlanNode[] => {
    const child = clause === undefined || clause === null ? null : translateNode(clause, place)
    return child === null ? [] : [{ kind: 'condition', variable: node.condition, wanted, node: child }]
  })
  return branches.length < 2 ? (branches[0] ?? null) : { kind: 'parallel', nodes: branches }
}

function rootFetch(node: TheirFetch): PlanNode {
  return {
    kind: 'rootFetch',
    subgraph: node.serviceName,
    operation: node.operation,
    variables: node.variableUsages ?? [],
    writes: [...(writtenNames(node.operation).get('') ?? [])],
    outputRewrites: (node.outputRewrites ?? []).map(rewrite),
  }
}

function entityFetch(node: TheirFetch, place: Place): PlanNode {
  const input: EntityInput = {
    responseName: '_entities',
    representationsVariable: 'representations',
    paths: [place.path],
    representation: shapes(node.requires ?? [], place.schema),
    writes: [...(writtenNames(node.operation).get('_entities') ?? [])],
    inputRewrites: (node.inputRewrites ?? []).map(rewrite),
    outputRewrites: (node.outputRewrites ?? []).map(rewrite),
  }
  return { ...fetchOf(node), kind: 'entityFetch', inputs: [input] }
}

function batchFetch(node: Extract<TheirNode, { kind: 'BatchFetch' }>, place: Place): PlanNode {
  const written = writtenNames(node.operation)
  const inputs = node.entityBatch.aliases.map((alias): EntityInput => ({
    responseName: alias.alias,
    representationsVariable: alias.representationsVariableName,
    paths: alias.paths.map((path) => [...place.path, ...path.map((step) => pathStep(step, place.schema))]),
    representation: shapes(alias.requires, place.schema),
    writes: [...(written.get(alias.alias) ?? [])],
    inputRewrites: (alias.inputRewrites ?? []).map(rewrite),
    outputRewrites: (alias.outputRewrites ?? []).map(rewrite),
  }))
  return { ...fetchOf(node), kind: 'entityFetch', inputs }
}

const fetchOf = (node: Pick<TheirFetch, 'serviceName' | 'operation' | 'variableUsages'>) => ({
  subgraph: node.serviceName,
  operation: node.operation,
  variables: (node.variableUsages ?? []).filter(
    (name) => !name.startsWith('__batch_reps_') && name !== 'representations',
  ),
})

function pathStep(step: TheirPathStep, schema: GraphQLSchema): PathStep {
  if (step === '@') return { kind: 'list' }
  if ('Field' in step) return { kind: 'field', name: step.Field }
  return { kind: 'types', types: step.TypeCondition.flatMap((name) => runtimeTypes(name, schema)) }
}

/** Shapes by runtime type. Fields outside any fragment hold for every type. */
function shapes(selections: readonly TheirRequires[], schema: GraphQLSchema): readonly RepresentationShape[] {
  const everywhere = selections.flatMap((selection) =>
    selection.kind === 'Field' ? [shapeField(selection, schema)] : [],
  )
  const byType = selections.flatMap((selection): RepresentationShape[] => {
    if (selection.kind === 'Field') return []
    if (selection.kind === 'FragmentSpread')
      throw new Error('The planner named a fragment in a representation.')
    const inner = shapes(selection.selections, schema)
    const types = runtimeTypes(selection.typeCondition, schema)
    return inner.map((shape) => ({ types: narrow(types, shape.types), fields: shape.fields }))
  })
  return everywhere.length === 0 ? byType : [{ types: [], fields: everywhere }, ...byType]
}

const narrow = (outer: readonly string[], inner: readonly string[]): readonly string[] =>
  inner.length === 0 ? outer : inner.filter((name) => outer.includes(name))

// The library writes `name` for what is read and `alias` for what is sent: the reverse of an alias in GraphQL.
const shapeField = (
  field: Extract<TheirRequires, { kind: 'Field' }>,
  schema: GraphQLSchema,
): RepresentationField => ({
  from: field.name,
  to: field.alias ?? field.name,
  shapes: shapes(field.selections ?? [], schema),
})

function runtimeTypes(name: string, schema: GraphQLSchema): readonly string[] {
  const type = schema.getType(name)
  // The name itself stays: an interface object has it as its runtime type.
  return isAbstractType(type)
    ? [name, ...schema.getPossibleTypes(type).map((possible) => possible.name)]
    : [name]
}

function rewrite(theirs: TheirRewrite): Rewrite {
  const setter = 'ValueSetter' in theirs ? theirs.ValueSetter : 'setValueTo' in theirs ? theirs : undefined
  if (setter !== undefined)
    return { kind: 'setValue', path: setter.path.map(rewriteStep), value: setter.setValueTo }
  if ('KeyRenamer' in theirs) {
    return {
      kind: 'renameKey',
      path: theirs.KeyRenamer.path.map(rewriteStep),
      name: theirs.KeyRenamer.renameKeyTo,
    }
  }
  throw new Error(`The planner answered with a rewrite that is not known: ${JSON.stringify(theirs)}`)
}

const rewriteStep = (step: TheirRewriteStep): RewriteStep =>
  'Key' in step ? { kind: 'field', name: step.Key } : { kind: 'types', types: step.TypenameEquals }

/** The response names directly below each root field; below '' the root fields themselves. */
function writtenNames(operation: string): ReadonlyMap<string, ReadonlySet<string>> {
  const document = parse(operation, { noLocation: true })
  const fragments = new Map(
    document.definitions.flatMap((one) =>
      one.kind === Kind.FRAGMENT_DEFINITION ? [[one.name.value, one] as const] : [],
    ),
  )
  const written = new Map<string, ReadonlySet<string>>()
  for (const definition of document.definitions) {
    if (definition.kind !== Kind.OPERATION_DEFINITION) continue
    written.set('', namesIn(definition.selectionSet, fragments))
    for (const selection of definition.selectionSet.selections) {
      if (selection.kind !== Kind.FIELD || selection.selectionSet === undefined) continue
      written.set(selection.alias?.value ?? selection.name.value, namesIn(selection.selectionSet, fragments))
    }
  }
  return written
}

function namesIn(set: SelectionSetNode, fragments: ReadonlyMap<string, FragmentDefinitionNode>): Set<string> {
  const names = new Set<string>()
  for (const selection of set.selections) {
    if (selection.kind === Kind.FIELD) names.add(selection.alias?.value ?? selection.name.value)
    else {
      const inner = selection.kind === Kind.INLINE_FRAGMENT ? selection : fragments.get(selection.name.value)
      const below = inner === undefined ? [] : namesIn(inner.selectionSet, fragments)
      below.forEach((name) => names.add(name))
    }
  }
  names.delete('__typename')
  return names
}

type TheirNode =
  | { readonly kind: 'Sequence' | 'Parallel'; readonly nodes: readonly TheirNode[] }
  | {
      readonly kind: 'Condition'
      readonly condition: string
      readonly ifClause?: TheirNode | null
      readonly elseClause?: TheirNode | null
    }
  | { readonly kind: 'Flatten'; readonly path: readonly TheirPathStep[]; readonly node: TheirNode }
  | TheirFetch
  | {
      readonly kind: 'BatchFetch'
      readonly serviceName: string
      readonly operation: string
      readonly variableUsages?: readonly string[]
      readonly entityBatch: { readonly aliases: readonly TheirBatchAlias[] }
    }

type TheirFetch = {
  readonly kind: 'Fetch'
  readonly serviceName: string
  readonly operation: string
  readonly variableUsages?: readonly string[]
  readonly requires?: readonly TheirRequires[] | null
  readonly inputRewrites?: readonly TheirRewrite[] | null
  readonly outputRewrites?: readonly TheirRewrite[] | null
}

type TheirBatchAlias = {
  readonly alias: string
  readonly representationsVariableName: string
  readonly paths: readonly (readonly TheirPathStep[])[]
  readonly requires: readonly TheirRequires[]
  readonly inputRewrites?: readonly TheirRewrite[] | null
  readonly outputRewrites?: readonly TheirRewrite[] | null
}

type TheirPathStep = '@' | { readonly Field: string } | { readonly TypeCondition: readonly string[] }

type TheirRequires =
  | {
      readonly kind: 'Field'
      readonly name: string
      readonly alias?: string | null
      readonly selections?: readonly TheirRequires[] | null
    }
  | {
      readonly kind: 'InlineFragment'
      readonly typeCondition: string
      readonly selections: readonly TheirRequires[]
    }
  | { readonly kind: 'FragmentSpread'; readonly value: string }

type TheirRewriteStep = { readonly Key: string } | { readonly TypenameEquals: readonly string[] }

type TheirRewrite =
  | { readonly ValueSetter: { readonly path: readonly TheirRewriteStep[]; readonly setValueTo: string } }
  | { readonly path: readonly TheirRewriteStep[]; readonly setValueTo: string }
  | { readonly KeyRenamer: { readonly path: readonly TheirRewriteStep[]; readonly renameKeyTo: string } }
