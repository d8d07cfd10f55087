/** Chooses the media type of an answer from what the client accepts. */
import { refuseRequest } from '../errors.ts'

export type Accepted = 'application/json' | 'application/graphql-response+json'

/** The best type that the client accepts and that can be written. */
export function negotiate(accept: string | undefined): Accepted {
  if (accept === undefined || accept.trim() === '') return 'application/json'
  const ranges = accept.split(',').map(parseRange)
  const quality = (type: Accepted): number =>
    ranges.find(({ range }) => range === type)?.quality ??
    ranges.find(({ range }) => range === 'application/*')?.quality ??
    ranges.find(({ range }) => range === '*/*')?.quality ??
    0
  const [json, graphql] = [quality('application/json'), quality('application/graphql-response+json')]
  if (json <= 0 && graphql <= 0) {
    throw refuseRequest(
      'GW_NOT_ACCEPTABLE',
      'Accept has to allow application/json or application/graphql-response+json.',
    )
  }
  const isNamed = ranges.some(({ range }) => range === 'application/graphql-response+json')
  return graphql > json || (graphql === json && isNamed)
    ? 'application/graphql-response+json'
    : 'application/json'
}

function parseRange(text: string): { readonly range: string; readonly quality: number } {
  const [range = '', ...parameters] = text.split(';').map((part) => part.trim().toLowerCase())
  const quality = Number(parameters.find((parameter) => parameter.startsWith('q='))?.slice(2) ?? 1)
  const charset = parameters.find((parameter) => parameter.startsWith('charset='))?.slice('charset='.length)
  const isReadable = charset === undefined || /^"?utf-?8"?$/.test(charset)
  return { range, quality: Number.isNaN(quality) || !isReadable ? 0 : quality }
}
