/** Reads a manifest of trusted documents, as the build steps of Apollo, Relay and the code generators write it. */
import { createHash } from 'node:crypto'
import { ClientError } from '@souk/contracts'
import { parse } from 'graphql'
import { z } from 'zod'

export type TrustedDocuments = {
  readonly size: number
  /** By what the manifest calls it, or by the SHA-256 of its text in hex, with `sha256:` before it or without. */
  readonly textOf: (id: string) => string | undefined
  readonly hasText: (text: string) => boolean
}

export const noTrustedDocuments: TrustedDocuments = {
  size: 0,
  textOf: () => undefined,
  hasText: () => false,
}

export function readTrustedDocuments(manifest: string, file: string): TrustedDocuments {
  const byId = new Map<string, string>()
  const byHash = new Map<string, string>()
  for (const { id, text } of readEntries(manifest, file)) {
    if ((byId.get(id) ?? text) !== text)
      throw wrong(file, `has two documents with the id ${JSON.stringify(id)}`)
    refuseSyntax(text, file, id)
    byId.set(id, text)
    byHash.set(hashOf(text), text)
  }
  return {
    size: byHash.size,
    textOf: (id) => byId.get(id) ?? byHash.get(id.replace(/^sha256:/, '')),
    hasText: (text) => byHash.has(hashOf(text)),
  }
}

export const hashOf = (text: string): string => createHash('sha256').update(text).digest('hex')

type Entry = { readonly id: string; readonly text: string }

const apolloManifest = z.object({
  format: z.literal('apollo-persisted-query-manifest', 'has to be "apollo-persisted-query-manifest"'),
  version: z.literal(1, 'has to be 1'),
  operations: z.array(
    z.object({
      id: z.string('has to be a string').min(1, 'is empty'),
      body: z.string('has to be a string').min(1, 'is empty'),
    }),
    'has to be a list',
  ),
})

const plainManifest = z.record(z.string(), z.string('has to be a string').min(1, 'is empty'))

function readEntries(manifest: string, file: string): readonly Entry[] {
  const content = readObject(manifest, file)
  // A document of that name would be a strange one; a manifest that is cut short is not.
  if ('format' in content)
    return check(apolloManifest, content, file).operations.map(({ id, body }) => ({ id, text: body }))
  return Object.entries(check(plainManifest, content, file)).map(([id, text]) => ({ id, text }))
}

function readObject(manifest: string, file: string): object {
  let content: unknown
  try {
    content = JSON.parse(manifest)
  } catch (cause) {
    throw wrong(file, `is not JSON: ${cause instanceof Error ? cause.message : String(cause)}`)
  }
  if (typeof content === 'object' && content !== null && !Array.isArray(content)) return content
  throw wrong(file, "is neither Apollo's manifest nor an object of ids and documents")
}

function check<Value>(schema: z.ZodType<Value>, content: object, file: string): Value {
  const parsed = schema.safeParse(content)
  if (parsed.success) return parsed.data
  const [issue] = parsed.error.issues
  const path = (issue?.path ?? []).map((part) =>
    typeof part === 'number' ? `[${part}]` : `.${String(part)}`,
  )
  throw wrong(file, `has a mistake at ${path.join('').slice(1)}: it ${issue?.message ?? 'is not valid'}`)
}

function refuseSyntax(text: string, file: string, id: string): void {
  try {
    parse(text, { noLocation: true })
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message.split('\n')[0] : String(cause)
    throw wrong(file, `has a document that is not GraphQL, ${JSON.stringify(id)}: ${reason}`)
  }
}

const wrong = (file: string, what: string): ClientError =>
  new ClientError('GW_CONFIG_INVALID', `The manifest ${file} ${what}.`)
