/** Whether clients should be sent here: a graph is served, the gateway is not stopping, and enough of the subgraphs answer. */
import type { Transport } from '@souk/contracts'

export type Readiness = {
  readonly ready: boolean
  /** Why not. */
  readonly because?: string
  readonly subgraphs?: Readonly<Record<string, 'up' | 'down'>>
}

export type ReadinessOptions = {
  readonly subgraphs: () => readonly { readonly name: string; readonly transport: Pick<Transport, 'ready'> }[]
  /** Each of them has to be up. Of the others one is enough: a subgraph that is down costs its own fields, and no others. */
  readonly requiredSubgraphs: readonly string[]
  /** For so long an answer of subgraphs holds: whoever asks us often must not have us ask them as often. */
  readonly readyFreshMs: number
  readonly monotonicMs: () => number
  readonly isStopping: () => boolean
}

export function createReadiness(options: ReadinessOptions): () => Promise<Readiness> {
  const { isStopping, monotonicMs, readyFreshMs } = options
  let asked: { readonly atMs: number; readonly answer: Promise<Readiness> } | undefined
  return async () => {
    if (isStopping()) return stopping
    if (asked === undefined || monotonicMs() - asked.atMs >= readyFreshMs)
      asked = { atMs: monotonicMs(), answer: askSubgraphs(options) }
    const readiness = await asked.answer
    return isStopping() ? stopping : readiness
  }
}

const stopping: Readiness = { ready: false, because: 'The gateway is stopping.' }

async function askSubgraphs({ subgraphs, requiredSubgraphs }: ReadinessOptions): Promise<Readiness> {
  const asked = subgraphs()
  const answers = await Promise.all(
    asked.map(async ({ name, transport }) => {
      const isUp = await transport.ready().catch(() => false)
      return [name, isUp ? 'up' : 'down'] as const
    }),
  )
  const states = Object.fromEntries(answers)
  const missing = requiredSubgraphs.filter((name) => states[name] !== 'up')
  if (missing.length > 0)
    return { ready: false, because: `Required and not up: ${missing.join(', ')}.`, subgraphs: states }
  if (answers.length > 0 && answers.every(([, state]) => state === 'down'))
    return { ready: false, because: 'No subgraph is up.', subgraphs: states }
  return { ready: true, subgraphs: states }
}
