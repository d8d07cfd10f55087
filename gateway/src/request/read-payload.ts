/** Reads the JSON object that asks for an operation, whatever it came by: a body, parameters, a message of a connection. */
import { z } from 'zod'
import { refuseRequest } from '../errors.ts'
import type { DocumentReference, GraphQLRequest } from './wire.ts'

export function readPayload(value: unknown, isRead: boolean): GraphQLRequest {
  const { query, operationName, variables, ...named } = readShape(value)
  const document = readReference(named, query)
  const isDryRun = named.extensions?.dryRun === true
  if (document === undefined && !query) throw wrongShape('query')
  return {
    source: query ?? '',
    operationName: operationName ?? undefined,
    variables: variables ?? {},
    isRead,
    ...(document && { document }),
    ...(isDryRun && { isDryRun }),
  }
}

const jsonObject = z.record(z.string(), z.unknown())
const text = z.string().min(1)

const payloadSchema = z.object({
  // Empty is as good as absent: some clients that name a document send it so.
  query: z.string().nullish(),
  operationName: z.string().nullish(),
  variables: jsonObject.nullish(),
  extensions: jsonObject
    .and(z.object({ persistedQuery: z.object({ version: z.literal(1), sha256Hash: text }).nullish() }))
    .nullish(),
  // Of GraphQL over HTTP's appendix on persisted documents, and what Relay's network layers send.
  documentId: text.nullish(),
  doc_id: text.nullish(),
  id: z.unknown().optional(),
})

type Payload = z.infer<typeof payloadSchema>

function readShape(value: unknown): Payload {
  const parsed = payloadSchema.safeParse(value)
  if (parsed.success) return parsed.data
  const path = (parsed.error.issues[0]?.path ?? []).map(String)
  throw wrongShape(path.slice(0, 2).join('.'))
}

function readReference(
  { extensions, documentId, doc_id: documentNumber, id }: Omit<Payload, 'query'>,
  query: string | null | undefined,
): DocumentReference | undefined {
  const hash = extensions?.persistedQuery?.sha256Hash
  if (hash !== undefined) return { kind: 'hash', value: hash }
  if (typeof documentId === 'string') return { kind: 'id', value: documentId }
  // With a text, these two may be anything: the number of a request, say.
  if (query) return undefined
  const value = documentNumber ?? id
  return typeof value === 'string' && value !== '' ? { kind: 'id', value } : undefined
}

function wrongShape(name: string): Error {
  return refuseRequest(
    'GW_BAD_REQUEST',
    name === ''
      ? 'The body is not a JSON object.'
      : `\`${name}\` has to be ${shapes[name] ?? 'of another type'}.`,
  )
}

const shapes: Readonly<Record<string, string>> = {
  query: 'a string that is not empty',
  operationName: 'a string or null',
  variables: 'an object or null',
  extensions: 'an object or null',
  'extensions.persistedQuery': 'an object with `version` 1 and `sha256Hash`',
  documentId: 'a string that is not empty',
  doc_id: 'a string that is not empty',
}
