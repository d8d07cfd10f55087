/** What always has to hold of an answer and of the process, whatever was sent. */
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'

/** Throws with the reason where an answer tells what it must not, or is none of GraphQL. */
export function checkAnswer(body: string, { isGraphQL = true }: { readonly isGraphQL?: boolean } = {}): void {
  const leak = leaks.find((pattern) => pattern.test(body))
  if (leak !== undefined) throw new Error(`${String(leak)} in an answer: ${body.slice(0, 2_000)}`)
  if (isGraphQL) checkShape(JSON.parse(body))
}

export function checkShape(answer: unknown): void {
  const isAnswer =
    typeof answer === 'object' &&
    answer !== null &&
    (Object.hasOwn(answer, 'data') || Object.hasOwn(answer, 'errors'))
  if (!isAnswer) throw new Error(`No answer of GraphQL: ${JSON.stringify(answer).slice(0, 500)}`)
  const { errors } = answer as { errors?: unknown }
  if (errors !== undefined) checkErrors(errors)
}

export function checkErrors(errors: unknown): void {
  const isList = Array.isArray(errors) && errors.length > 0
  if (!isList || !errors.every(isError)) throw new Error(`No errors of GraphQL: ${JSON.stringify(errors)}`)
}

function isError(error: unknown): boolean {
  if (typeof error !== 'object' || error === null) return false
  const { message, extensions } = error as { message?: unknown; extensions?: { code?: unknown } }
  return typeof message === 'string' && typeof extensions?.code === 'string'
}

// The names and addresses of the subgraphs have a zebra in them, as what a subgraph says of its own inside.
const leaks: readonly RegExp[] = [
  /zebra/i,
  /node_modules|file:\/\/|\.[cm]?[jt]s:\d+/,
  /\bat \S+ \(.*:\d+:\d+\)/,
  /Maximum call stack|Cannot read prop|is not a function|is not iterable|Invalid URL/,
  /ECONN|UND_ERR|FST_ERR|ERR_[A-Z]{3}/,
]

export type Watch = {
  /** Throws where something was thrown that nobody caught, or prototypes have changed. */
  readonly check: () => void
  readonly end: () => void
}

export function watchProcess(): Watch {
  const faults: unknown[] = []
  const note = (fault: unknown): void => void faults.push(fault)
  process.on('uncaughtException', note)
  process.on('unhandledRejection', note)
  const shared = [Object.prototype, Array.prototype, Function.prototype, String.prototype]
  const before = shared.map((prototype) => Reflect.ownKeys(prototype).length)
  return {
    check() {
      const [fault] = faults.splice(0)
      if (fault !== undefined) throw new Error('Nobody caught what was thrown.', { cause: fault })
      for (const [at, prototype] of shared.entries())
        if (Reflect.ownKeys(prototype).length !== before[at]) throw new Error('A prototype has changed.')
    },
    end() {
      process.off('uncaughtException', note)
      process.off('unhandledRejection', note)
    },
  }
}

/** What keeps a process busy, by kind. */
export function countHandles(): Readonly<Record<string, number>> {
  const counts: Record<string, number> = {}
  for (const kind of process.getActiveResourcesInfo()) counts[kind] = (counts[kind] ?? 0) + 1
  return counts
}

/** Bytes in use once everything that can be is freed. */
export async function heapAfterCollection(): Promise<number> {
  setFlagsFromString('--expose_gc')
  const collect = runInNewContext('gc') as () => void
  for (let round = 0; round < 3; round += 1) {
    collect()
    await new Promise((resolve) => setImmediate(resolve))
  }
  return process.memoryUsage().heapUsed
}
