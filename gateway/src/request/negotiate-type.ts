/** Chooses how an answer is written, from what the client accepts. */
import { assertNever } from '@souk/contracts'
import { refuseRequest } from '../errors.ts'
import { type Delivery, oneAnswer } from './answer.ts'

export type Accepted = {
  /** For an answer that comes as one. */
  readonly type: 'application/json' | 'application/graphql-response+json'
  /**
   * How several answers are written. `events`: as server-sent events. `parts`: those of `@defer` as `multipart/mixed`.
   * `parts-by-id`: the same in the newer form, in which parts have numbers.
   * `event-parts`: those of a subscription as `multipart/mixed`. `none`: only one answer is read.
   */
  readonly streams: 'events' | 'parts' | 'parts-by-id' | 'event-parts' | 'none'
  /** One answer, and what refuses it, come as events as well. */
  readonly isEventsOnly: boolean
}

export const plainJson: Accepted = { type: 'application/json', streams: 'none', isEventsOnly: false }

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
  const best = Math.max(json, graphql)
  if (events > best) return { ...plainJson, streams: 'events', isEventsOnly: true }
  const streams = events > 0 ? 'events' : partsOf(ranges)
  if (best <= 0 && streams !== 'event-parts')
    throw refuseRequest(
      'GW_NOT_ACCEPTABLE',
      'Accept has to allow application/json, application/graphql-response+json or text/event-stream.',
    )
  const isGraphQL = graphql > json || (graphql === json && isNamed('application/graphql-response+json'))
  return {
    type: isGraphQL ? 'application/graphql-response+json' : 'application/json',
    streams,
    isEventsOnly: false,
  }
}

export function deliveryOf({ streams }: Accepted): Delivery {
  switch (streams) {
    case 'events':
      return { streams: true, defers: true }
    case 'parts':
    case 'parts-by-id':
      return { streams: false, defers: true }
    case 'event-parts':
      return { streams: true, defers: false }
    case 'none':
      return oneAnswer
    default:
      return assertNever(streams)
  }
}

type Range = {
  readonly range: string
  readonly quality: number
  readonly parameters: readonly string[]
}

// The parts have more than one form. A client names the one that it reads.
function partsOf(ranges: readonly Range[]): 'parts' | 'parts-by-id' | 'event-parts' | 'none' {
  const names = (parameter: string): boolean =>
    ranges.some(
      ({ range, quality, parameters }) =>
        range === 'multipart/mixed' && quality > 0 && parameters.includes(parameter),
    )
  if (names('subscriptionspec=1.0') || names('subscriptionspec="1.0"')) return 'event-parts'
  if (names('incrementalspec=v0.2') || names('incrementalspec="v0.2"')) return 'parts-by-id'
  return names('deferspec=20220824') || names('deferspec="20220824"') ? 'parts' : 'none'
}

function parseRange(text: string): Range {
  const [range = '', ...parameters] = text.split(';').map((part) => part.trim().toLowerCase())
  const quality = Number(parameters.find((parameter) => parameter.startsWith('q='))?.slice(2) ?? 1)
  const charset = parameters.find((parameter) => parameter.startsWith('charset='))?.slice('charset='.length)
  const isReadable = charset === undefined || /^"?utf-?8"?$/.test(charset)
  return { range, quality: Number.isNaN(quality) || !isReadable ? 0 : quality, parameters }
}
