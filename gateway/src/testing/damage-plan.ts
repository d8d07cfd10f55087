/** Damages a plan, one small piece at a time, for tests of what has to notice. */
import { type ASTNode, type DocumentNode, Kind, parse, print, visit } from 'graphql'
import type { When } from '../planner/conditions.ts'
import {
  type EntityInput,
  type FetchNode,
  type PathStep,
  type QueryPlan,
  type RepresentationShape,
} from '../planner/query-plan.ts'

export type DamagedPlan = { readonly damage: string; readonly plan: QueryPlan }

/** Every plan that differs from this one in one piece that is missing, or is another one. */
export function damagePlan(plan: QueryPlan, subgraphs: readonly string[]): readonly DamagedPlan[] {
  let number = 0
  const swapped = plan.steps.slice(1).map((step, index) => ({
    damage: `step ${index + 2} before step ${index + 1}`,
    plan: { ...plan, steps: plan.steps.with(index, step).with(index + 1, plan.steps[index] ?? step) },
  }))
  const damaged = plan.steps.flatMap(({ fetches }, step) =>
    fetches.flatMap((fetch, at) => {
      number += 1
      const name = `fetch ${number}`
      return damagesOf(fetch, subgraphs).map(({ damage, change }) => {
        const copy = structuredClone(plan) as Loose<QueryPlan>
        change((copy.steps[step]?.fetches ?? [])[at] as Loose<FetchNode>, copy.steps[step]?.fetches ?? [])
        return { damage: `${name} ${damage}`, plan: copy as QueryPlan }
      })
    }),
  )
  return [...swapped, ...damaged]
}

type Loose<Value> = Value extends readonly (infer Item)[]
  ? Loose<Item>[]
  : Value extends object
    ? { -readonly [Key in keyof Value]: Loose<Value[Key]> }
    : Value

type Damage = {
  readonly damage: string
  readonly change: (fetch: Loose<FetchNode>, all: Loose<FetchNode>[]) => void
}

const damagesOf = (fetch: FetchNode, subgraphs: readonly string[]): readonly Damage[] => [
  { damage: 'left out', change: leaveOut },
  ...fetch.after.map((one, index) => ({
    damage: `not after ${one + 1}`,
    change: ({ after }: Loose<FetchNode>) => void after.splice(index, 1),
  })),
  ...subgraphs
    .filter((name) => name !== fetch.subgraph)
    .map((name) => ({
      damage: `asked of ${name}`,
      change: (it: Loose<FetchNode>) => void (it.subgraph = name),
    })),
  ...fetch.variables.map((name, index) => ({
    damage: `not given $${name}`,
    change: ({ variables }: Loose<FetchNode>) => void variables.splice(index, 1),
  })),
  ...textsOf(fetch.operation).map(({ damage, text }) => ({
    damage,
    change: (it: Loose<FetchNode>) => void (it.operation = text),
  })),
  ...inputsOf(fetch).flatMap((input, index) =>
    damagesOfInput(input).map(({ damage, change }) => ({
      damage: inputsOf(fetch).length > 1 ? `set ${index + 1} ${damage}` : damage,
      change: (it: Loose<FetchNode>) => change(inputsOf(it as FetchNode)[index] as Loose<Input>),
    })),
  ),
]

function leaveOut(fetch: Loose<FetchNode>, all: Loose<FetchNode>[]): void {
  const at = all.indexOf(fetch)
  all.splice(at, 1)
  for (const other of all)
    other.after = other.after.filter((one) => one !== at).map((one) => (one > at ? one - 1 : one))
}

/** What fetches of both kinds have, for each set of entities by itself. */
type Input = Pick<EntityInput, 'when' | 'renames' | 'paths'> &
  Partial<Pick<EntityInput, 'representation' | 'sentAs'>>

const inputsOf = (fetch: FetchNode): readonly Input[] =>
  fetch.kind === 'entityFetch' ? fetch.inputs : [{ ...fetch, paths: [fetch.path] }]

type InputDamage = { readonly damage: string; readonly change: (input: Loose<Input>) => void }

const damagesOfInput = ({
  when,
  renames,
  paths,
  representation = [],
  sentAs,
}: Input): readonly InputDamage[] => [
  ...damagesOfWhen(when),
  ...renames.map((rename, index) => ({
    damage: `not renamed to ${rename.name}`,
    change: (input: Loose<Input>) => void input.renames.splice(index, 1),
  })),
  ...paths.flatMap((path, index) => [
    ...(paths.length > 1
      ? [
          {
            damage: `not at path ${index + 1}`,
            change: ({ paths: all }: Loose<Input>) => void all.splice(index, 1),
          },
        ]
      : []),
    ...damagesOfPath(path).map(({ damage, change }) => ({
      damage,
      change: (input: Loose<Input>) => change(input.paths[index] ?? []),
    })),
  ]),
  ...damagesOfShapes(representation).map(({ damage, change }) => ({
    damage,
    change: (input: Loose<Input>) => change(input.representation ?? []),
  })),
  ...(sentAs === undefined
    ? []
    : [
        {
          damage: `not sent as ${sentAs}`,
          change: (input: Loose<Input>) => void Object.assign(input, { sentAs: undefined }),
        },
      ]),
]

const damagesOfWhen = (when: When): readonly InputDamage[] => [
  { damage: 'never', change: (input) => void input.when.splice(0) },
  ...when.flatMap((alternative, index) =>
    alternative.flatMap(({ variable }, at): readonly InputDamage[] => [
      {
        damage: `whatever $${variable} is`,
        change: (input) => void input.when[index]?.splice(at, 1),
      },
      {
        damage: `if $${variable} is the other value`,
        change({ when: all }) {
          const condition = all[index]?.[at]
          if (condition !== undefined) condition.wanted = !condition.wanted
        },
      },
    ]),
  ),
]

type PathDamage = { readonly damage: string; readonly change: (path: Loose<PathStep[]>) => void }

const damagesOfPath = (path: readonly PathStep[]): readonly PathDamage[] =>
  path.flatMap((step, index) =>
    step.kind !== 'types'
      ? []
      : step.types.map((typeName, at) => ({
          damage: `not at ${typeName}`,
          change(steps: Loose<PathStep[]>) {
            const own = steps[index]
            if (own?.kind === 'types') own.types.splice(at, 1)
          },
        })),
  )

type ShapeDamage = {
  readonly damage: string
  readonly change: (shapes: Loose<RepresentationShape>[]) => void
}

/** What is sent is left out, at every depth. */
const damagesOfShapes = (shapes: readonly RepresentationShape[]): readonly ShapeDamage[] =>
  shapes.flatMap(({ fields }, index) =>
    fields.flatMap((field, at) => [
      {
        damage: `not sent ${field.to}`,
        change: (all: Loose<RepresentationShape>[]) => void all[index]?.fields.splice(at, 1),
      },
      ...damagesOfShapes(field.shapes).map(({ damage, change }) => ({
        damage: `${damage} of ${field.to}`,
        change: (all: Loose<RepresentationShape>[]) => change(all[index]?.fields[at]?.shapes ?? []),
      })),
    ]),
  )

/** The text without one of its fields, its fragments or its arguments, or with one of its conditions inverted. */
function textsOf(operation: string): readonly { readonly damage: string; readonly text: string }[] {
  const document = parse(operation, { noLocation: true })
  const found: { readonly node: ASTNode; readonly damage: string }[] = []
  visit(document, {
    enter(node, ...[, , , ancestors]) {
      if (!isDamaged(node)) return
      const text = print(node).replaceAll(/\s+/g, ' ')
      const where = [...ancestors, node].map(placeName).join('')
      found.push({
        node,
        damage: `${node.kind === Kind.DIRECTIVE ? 'other than' : 'without'} ${text} at ${where}`,
      })
    },
  })
  return found.map(({ node, damage }) => ({
    damage,
    text: print(filled(visit(document, { enter: (one) => (one === node ? damaged(node) : undefined) }))),
  }))
}

function placeName(node: ASTNode | readonly ASTNode[]): string {
  if (!('kind' in node)) return ''
  if (node.kind === Kind.FIELD) return `.${(node.alias ?? node.name).value}`
  return node.kind === Kind.INLINE_FRAGMENT && node.typeCondition ? `<${node.typeCondition.name.value}>` : ''
}

const isDamaged = (node: ASTNode): boolean =>
  (node.kind === Kind.FIELD && node.name.value !== '_entities') ||
  (node.kind === Kind.ARGUMENT && !['representations', 'if'].includes(node.name.value)) ||
  node.kind === Kind.INLINE_FRAGMENT ||
  node.kind === Kind.DIRECTIVE

function damaged(node: ASTNode): ASTNode | null {
  if (node.kind !== Kind.DIRECTIVE) return null
  return { ...node, name: { ...node.name, value: node.name.value === 'skip' ? 'include' : 'skip' } }
}

/** What a selection would be without, it gets something else in its place. */
const filled = (document: DocumentNode): DocumentNode =>
  visit(document, {
    SelectionSet: {
      leave: (set) => (set.selections.length > 0 ? undefined : { ...set, selections: nothing }),
    },
  })

const nothing = [
  {
    kind: Kind.FIELD,
    alias: { kind: Kind.NAME, value: '_nothing' },
    name: { kind: Kind.NAME, value: '__typename' },
  },
] as const
