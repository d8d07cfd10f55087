/** Prints a plan as text, one fetch a line, for people and for snapshots in tests. */
import { Kind, parse, print } from 'graphql'
import { isAlways, printWhen, type When } from './conditions.ts'
import type {
  EntityFetchNode,
  EntityInput,
  PathStep,
  PlanStep,
  QueryPlan,
  RepresentationShape,
  RootFetchNode,
} from './query-plan.ts'

/** A number in front names the fetch for those that come after it; what comes after nothing starts at once. */
export function printPlan({ steps }: QueryPlan): string {
  if (steps.length === 0) return '(nothing to fetch)'
  return steps.flatMap((step, at) => [...(at === 0 ? [] : ['then']), ...printStep(step)]).join('\n')
}

const printStep = ({ fetches }: PlanStep): readonly string[] =>
  fetches.flatMap((fetch, at) => {
    const after = fetch.after.length === 0 ? '' : ` after ${fetch.after.map((one) => one + 1).join(', ')}`
    const deferred = fetch.deferred === undefined ? '' : ` deferred ${fetch.deferred.join(' and ')}`
    const head = `${at + 1}${after}${deferred}  fetch ${fetch.subgraph}`
    return fetch.kind === 'rootFetch' ? [printRootFetch(head, fetch)] : printEntityFetch(head, fetch)
  })

function printRootFetch(head: string, { path, when, operation }: RootFetchNode): string {
  const at = path.length === 0 ? '' : ` at ${printPath(path)}`
  return `${head}${at}${printIf(when)}  ${oneLine(operation)}`
}

function printEntityFetch(head: string, { operation, inputs }: EntityFetchNode): readonly string[] {
  const selections = entitySelections(operation)
  return inputs.map((input, index) => {
    const start = index === 0 ? head : '    and'
    const at = input.paths.map(printPath).join(' , ')
    const selection = selections.get(input.responseName) ?? ''
    return `${start}  ${printEntities(input)} at ${at}${printIf(input.when)} -> ${selection}`
  })
}

const printIf = (when: When): string => (isAlways(when) ? '' : ` if ${printWhen(when)}`)

function printEntities({ representation, sentAs }: EntityInput): string {
  const shapes = representation.map(printShape).join(' | ')
  if (sentAs === undefined) return shapes
  return representation.every(({ types }) => types.length === 0)
    ? `${sentAs}(${shapes})`
    : `${shapes} as ${sentAs}`
}

export const printPath = (path: readonly PathStep[]): string =>
  path
    .map((step) => {
      if (step.kind === 'field') return `.${step.name}`
      return step.kind === 'list' ? '[]' : `<${step.types.join('|')}>`
    })
    .join('')
    .replace(/^\./, '')

function printShape({ types, fields }: RepresentationShape): string {
  const names = fields
    .filter(({ to }) => to !== '__typename')
    .map(({ from, to, shapes }) => {
      const name = from === to ? to : `${to}=${from}`
      return shapes.length === 0 ? name : `${name} { ${shapes.map((shape) => printShape(shape)).join(' ')} }`
    })
  return types.length === 0 ? names.join(' ') : `${types.join('|')}(${names.join(' ')})`
}

function entitySelections(operation: string): ReadonlyMap<string, string> {
  const printed = new Map<string, string>()
  for (const definition of parse(operation, { noLocation: true }).definitions) {
    if (definition.kind !== Kind.OPERATION_DEFINITION) continue
    for (const field of definition.selectionSet.selections) {
      if (field.kind !== Kind.FIELD || field.selectionSet === undefined) continue
      printed.set(field.alias?.value ?? field.name.value, print(field.selectionSet).replace(/\s+/g, ' '))
    }
  }
  return printed
}

const oneLine = (operation: string): string => print(parse(operation)).replace(/\s+/g, ' ').trim()
