/** Chooses how an answer is written, from what the client accepts. */
import { refuseRequest } from '../errors.ts'
import { type Delivery, oneAnswer } from './answer.ts'

export type Accepted = {
  /** For an answer that comes as one. */
  readonly type: 'application/json' | 'application/graphql-response+json'
  /**
   * `events`: everything as server-sent events. `parts`: several parts where there are several, as `multipart/mixed`. `none`: one answer.
   */
  readonly streams: 'events' | 'parts' | 'none'
}

export const plainJson: Accepted = { type: 'application/json', streams: 'none' }

/** The best that the client accepts and that can be written. */
export function negotiate(accept: string | undefined): Accepted {
  if (accept === undefined || accept.trim() === '') return plainJson
  const ranges = accept.split(',').map(parseRange)
  const quality = (type: string): number =>
    ranges.find(({ range }) => range === type)?.quality ??
    ranges.find(({ range }) => range === `${type.split('/')[0]}/*`)?.quality ??
    ranges.find(({ range }) => range === '*/*')?.quality ??
    0
  const isNamed = (type: string): boolean => ranges.some(({ range, quality: q }) => range === type && q > 0)
  const [json, graphql] = [quality('application/json'), quality('application/graphql-response+json')]
  // Only who names it wants it: any fetch accepts */*, and reads one answer.
  const events = isNamed('text/event-stream') ? quality('text/event-stream') : 0
  if (events > 0 && events >= Math.max(json, graphql)) return { ...plainJson, streams: 'events' }
  if (json <= 0 && graphql <= 0)
    throw refuseRequest(
      'GW_NOT_ACCEPTABLE',
      'Accept has to allow application/json, application/graphql-response+json or text/event-stream.',
    )
  const isGraphQL = graphql > json || (graphql === json && isNamed('application/graphql-response+json'))
  return {
    type: isGraphQL ? 'application/graphql-response+json' : 'application/json',
    streams: ranges.some(readsDeferred) ? 'parts' : 'none',
  }
}

export function deliveryOf({ streams }: Accepted): Delivery {
  if (streams === 'events') return { streams: true, defers: true }
  return streams === 'parts' ? { streams: false, defers: true } : oneAnswer
}

type Range = {
  readonly range: string
  readonly quality: number
  readonly parameters: readonly string[]
}

// The parts have more than one form. A client names the one that it reads; this is what all of them know.
const readsDeferred = ({ range, quality, parameters }: Range): boolean =>
  range === 'multipart/mixed' && quality > 0 && parameters.includes('deferspec=20220824')

function parseRange(text: string): Range {
  const [range = '', ...parameters] = text.split(';').map((part) => part.trim().toLowerCase())
  const quality = Number(parameters.find((parameter) => parameter.startsWith('q='))?.slice(2) ?? 1)
  const charset = parameters.find((parameter) => parameter.startsWith('charset='))?.slice('charset='.length)
  const isReadable = charset === undefined || /^"?utf-?8"?$/.test(charset)
  return { range, quality: Number.isNaN(quality) || !isReadable ? 0 : quality, parameters }
}
