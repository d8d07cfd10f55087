/** Compares a federated answer with that of one server: the same data to the byte, and the same nulls explained by errors. */
import type { ExecutionResult } from 'graphql'
import { failureCode } from './world/graph-world.ts'
import type { GatewayAnswer } from './world/gateway-answer.ts'

/** What is wrong, or undefined; the text before the colon is the class of the fault. */
export function compareAnswers(expected: ExecutionResult, answered: GatewayAnswer): string | undefined {
  if (expected.data === undefined)
    return answered.data === undefined ? undefined : 'answered: one server refuses the request'
  if (answered.data === undefined)
    return `refused: ${String(answered.errors?.[0]?.extensions?.code)} ${String(answered.errors?.[0]?.message)}`
  const isSame = JSON.stringify(expected.data) === JSON.stringify(answered.data)
  const unexpected = (answered.errors ?? []).find((error) => !isWellFormed(error))
  if (unexpected !== undefined) return `error: ${JSON.stringify(unexpected)}`
  if (!isSame) return 'data: it differs'
  const expectedPlaces = placesOf(expected)
  const answeredPlaces = placesOf(answered)
  const missing = expectedPlaces.filter((place) => !answeredPlaces.includes(place))
  if (missing.length > 0) return `unexplained: no error explains the null at ${missing.join(', ')}`
  const extra = answeredPlaces.filter((place) => !expectedPlaces.includes(place))
  if (extra.length > 0) return `explained: an error too many at ${extra.join(', ')}`
  return answered.isUnoptimised ? 'unproved: the plan was not proved with its optimisations' : undefined
}

type Errors = NonNullable<GatewayAnswer['errors']>

/** In production a failure with a code of its own is told as it is; any other hides behind a sentence. */
function isWellFormed({ message, extensions = {} }: Errors[number]): boolean {
  const { code } = extensions
  if (code === failureCode) return /^\w+\.\w+ failed$/.test(message) && Object.keys(extensions).length === 1
  const names = Object.keys(extensions).toSorted().join(' ')
  return code === 'INTERNAL' && !/\w\.\w+ failed/.test(message) && names === 'code requestId'
}

/** The places that are null because of an error: the longest part of each error's path that the data has. */
function placesOf({
  data,
  errors = [],
}: Pick<GatewayAnswer, 'data' | 'errors'> | ExecutionResult): readonly string[] {
  return [...new Set(errors.map(({ path = [] }) => nullPlace(data, path)))].toSorted()
}

function nullPlace(data: unknown, path: readonly (string | number)[]): string {
  let value = data
  for (const [index, part] of path.entries()) {
    if (value === null) return path.slice(0, index).join('.') || 'data'
    value = (value as Readonly<Record<string, unknown>> | undefined)?.[part]
    if (value === undefined) return `${path.join('.')} (which is not in the data)`
  }
  return value === null ? path.join('.') || 'data' : `${path.join('.')} (which is not null)`
}
