/** Asks the library for plans; when an operation ends its process, that operation has no plan and the next one a new process. */
import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import type { FromLibrary, ToLibrary } from './library-child.ts'

/** What the library says to an operation, or that it has nothing to say. */
export type LibraryAnswer =
  | { readonly kind: 'planned'; readonly plan: unknown; readonly milliseconds: number }
  | { readonly kind: 'noPlan'; readonly reason: string }

export type LibraryOperation = { readonly operation: string; readonly operationName: string }

export type LibraryProcess = {
  /** One at a time. */
  readonly plan: (operation: LibraryOperation) => Promise<LibraryAnswer>
  readonly close: () => Promise<void>
}

/** The library can't be used on this platform. */
export class LibraryMissing extends Error {
  override readonly name = 'LibraryMissing'
}

export async function startLibrary(supergraphSdl: string): Promise<LibraryProcess> {
  let child: ChildProcess | undefined = await startChild(supergraphSdl)
  return {
    async plan(operation) {
      child ??= await startChild(supergraphSdl)
      const answer = await ask(child, { kind: 'plan', ...operation })
      if (answer.kind === 'planned') return answer
      if (answer.kind === 'ended') {
        child = undefined
        return { kind: 'noPlan', reason: `its process ended (${answer.how})` }
      }
      return { kind: 'noPlan', reason: answer.kind === 'loaded' ? 'no answer' : answer.message }
    },
    async close() {
      if (child === undefined) return
      const ended = once(child, 'exit')
      child.kill('SIGKILL')
      await ended
    },
  }
}

async function startChild(supergraphSdl: string): Promise<ChildProcess> {
  const file = new URL('./library-child.ts', import.meta.url)
  const child = fork(file, [], { execArgv: [], stdio: ['ignore', 'ignore', 'ignore', 'ipc'] })
  const answer = await ask(child, { kind: 'load', supergraphSdl })
  if (answer.kind === 'loaded') return child
  child.kill('SIGKILL')
  if (answer.kind === 'missing') throw new LibraryMissing(answer.message)
  throw new Error(`The library does not load the supergraph: ${JSON.stringify(answer)}`)
}

type Answer = FromLibrary | { readonly kind: 'ended'; readonly how: string }

async function ask(child: ChildProcess, message: ToLibrary): Promise<Answer> {
  const { promise, resolve } = Promise.withResolvers<Answer>()
  const onMessage = (answer: FromLibrary) => resolve(answer)
  const onExit = (code: number | null, signal: string | null) =>
    resolve({ kind: 'ended', how: signal ?? `exit ${code}` })
  const timer = setTimeout(() => child.kill('SIGKILL'), planTimeoutMsMax)
  child.once('message', onMessage).once('exit', onExit)
  // A message to a process that just ended is lost, and its end is the answer.
  child.send(message, () => undefined)
  try {
    return await promise
  } finally {
    clearTimeout(timer)
    child.off('message', onMessage).off('exit', onExit)
  }
}

// A hundred times what the slowest operation of the corpus takes: longer, and it hangs.
const planTimeoutMsMax = 10_000
