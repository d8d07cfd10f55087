/** Asks a gateway for an answer in parts, and puts the parts together as a client does. */
import type { Gateway } from '@souk/gateway'
import type { GatewayAnswer } from './gateway-answer.ts'
import type { Operation } from './one-server.ts'

export type AnswerInParts = {
  /** All that came, put together. */
  readonly answer: GatewayAnswer
  readonly parts: readonly Part[]
  /** Where a part has a null of its own in place of what another one has: a null that must not be took more of it. */
  readonly lost: readonly Path[]
  /** What is wrong with the parts themselves. */
  readonly fault: string | undefined
}

export type Part = {
  readonly path: Path
  readonly data: unknown
  readonly errors?: NonNullable<GatewayAnswer['errors']>
}

export type Path = readonly (string | number)[]

type Payload = Partial<Part> & { readonly incremental?: readonly Part[]; readonly hasNext?: boolean }

export async function askInParts(gateway: Gateway, operation: Operation): Promise<AnswerInParts> {
  const { body } = await gateway.respond({
    headers: { accept: 'text/event-stream' },
    body: { ...operation },
  })
  let text = ''
  if (typeof body === 'string') text = body
  else for await (const piece of body) text += piece
  const payloads = [...text.matchAll(/^event: next\ndata: (.*)$/gm)].map(
    ([, json = '']) => JSON.parse(json) as Payload,
  )
  return joinParts(payloads)
}

function joinParts([first, ...later]: readonly Payload[]): AnswerInParts {
  const parts = later.flatMap(({ incremental = [] }) => incremental)
  const data: unknown = structuredClone(first?.data)
  let fault: string | undefined
  const lost: Path[] = []
  const promised = [first, ...later].map((one) => one?.hasNext === true)
  if (promised.some((hasNext, at) => hasNext !== at < later.length)) fault = 'hasNext is wrong'
  for (const part of parts) {
    const target = memberAt(data, part.path)
    if (!isHolder(target)) fault = `a part is at ${part.path.join('.')}, where no object is`
    else if (part.data !== null && !merge({ target, source: part.data, path: part.path, lost }))
      fault = 'parts contradict each other'
  }
  const errors = [...(first?.errors ?? []), ...parts.flatMap((part) => part.errors ?? [])]
  const answer = { data, ...(errors.length > 0 && { errors }), isUnoptimised: false }
  return { answer: first?.data === undefined ? { errors, isUnoptimised: false } : answer, parts, lost, fault }
}

const isHolder = (value: unknown): value is Record<string | number, unknown> =>
  typeof value === 'object' && value !== null

const memberAt = (data: unknown, path: Path): unknown =>
  path.reduce((value, key) => (isHolder(value) ? value[key] : undefined), data)

type Merging = {
  readonly target: Record<string | number, unknown>
  readonly source: unknown
  readonly path: Path
  readonly lost: Path[]
}

/** Whether what was there before is the same, but for what one of both lost. */
function merge({ target, source, path, lost }: Merging): boolean {
  if (!isHolder(source)) return false
  return Object.entries(source).every(([name, value]) => {
    const key = Array.isArray(target) ? Number(name) : name
    const known = target[key]
    const below = [...path, key]
    if (known === undefined) target[key] = value
    else if (isHolder(known) && isHolder(value))
      return merge({ target: known, source: value, path: below, lost })
    else if (isHolder(known) ? value === null : isHolder(value) && known === null) {
      lost.push(below)
      target[key] = known ?? value
    } else return Object.is(known, value)
    return true
  })
}
