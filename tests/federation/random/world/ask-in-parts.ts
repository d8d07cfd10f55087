/** Asks a gateway for an answer in parts, and puts the parts together as a client does. */
import type { Gateway } from '@souk/gateway'
import type { GatewayAnswer } from './gateway-answer.ts'
import type { Operation } from './one-server.ts'

export type AnswerInParts = {
  /** All that came, put together. */
  readonly answer: GatewayAnswer
  readonly parts: readonly Part[]
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
  const promised = [first, ...later].map((one) => one?.hasNext === true)
  if (promised.some((hasNext, at) => hasNext !== at < later.length)) fault = 'hasNext is wrong'
  for (const part of parts) {
    const target = memberAt(data, part.path)
    if (!isHolder(target)) fault = `a part is at ${part.path.join('.')}, where no object is`
    else if (part.data !== null && !merge(target, part.data)) fault = 'parts contradict each other'
  }
  const errors = [...(first?.errors ?? []), ...parts.flatMap((part) => part.errors ?? [])]
  const answer = { data, ...(errors.length > 0 && { errors }), isUnoptimised: false }
  return { answer: first?.data === undefined ? { errors, isUnoptimised: false } : answer, parts, fault }
}

const isHolder = (value: unknown): value is Record<string | number, unknown> =>
  typeof value === 'object' && value !== null

const memberAt = (data: unknown, path: Path): unknown =>
  path.reduce((value, key) => (isHolder(value) ? value[key] : undefined), data)

/** Whether what was there before is the same. */
function merge(target: Record<string | number, unknown>, source: unknown): boolean {
  if (!isHolder(source)) return false
  return Object.entries(source).every(([key, value]) => {
    const known = target[key]
    if (known === undefined) target[key] = value
    else if (isHolder(known) && isHolder(value)) return merge(known, value)
    else return Object.is(known, value)
    return true
  })
}
