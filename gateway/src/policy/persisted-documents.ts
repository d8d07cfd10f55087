/** Finds the text that a client means by a hash or an id, keeps what clients sent with its hash, and runs only trusted documents where that is said. */
import { refuseRequest } from '../errors.ts'
import { boundedMap } from '../planner/bounded-map.ts'
import type { DocumentReference, GraphQLRequest } from '../request/wire.ts'
import { hashOf, type TrustedDocuments } from './trusted-documents.ts'

export type PersistedDocuments = {
  /** The text to run. Throws where there is none, and where it may not be run. */
  readonly textOf: (request: SentDocument) => string
  /** Keeps a document that came with its hash. To be called once it proved to be valid: nonsense must not push out what is used. */
  readonly keep: (request: SentDocument) => void
}

/** A text, what it is called by, or both. */
export type SentDocument = Pick<GraphQLRequest, 'source' | 'document'>

export type PersistedDocumentsOptions = {
  readonly limits: {
    readonly documents: 'any' | 'safelist'
    readonly apq: 'on' | 'off'
    readonly persistedDocumentsMax: number
    readonly persistedCharactersMax: number
  }
  readonly trusted: () => TrustedDocuments
}

export function createPersistedDocuments({ limits, trusted }: PersistedDocumentsOptions): PersistedDocuments {
  const isSafelist = limits.documents === 'safelist'
  const keeps = !isSafelist && limits.apq === 'on'
  const kept = boundedMap<string>({
    sizeMax: limits.persistedDocumentsMax,
    weightMax: limits.persistedCharactersMax,
  })
  return {
    textOf({ source, document }) {
      if (source === '') return find(document)
      if (document !== undefined) refuseMismatch(source, document)
      if (isSafelist && !trusted().hasText(source)) throw refuseUntrusted('The document')
      return source
    },
    keep({ source, document }) {
      if (!keeps || source === '' || document?.kind !== 'hash') return
      if (hashOf(source) === document.value) kept.set(document.value, source, source.length)
    },
  }

  function find(document: DocumentReference | undefined): string {
    if (document === undefined) throw refuseRequest('GW_BAD_REQUEST', 'There is no `query`.')
    const { kind, value } = document
    const text = trusted().textOf(value) ?? (keeps ? kept.get(value.replace(/^sha256:/, '')) : undefined)
    if (text !== undefined) return text
    if (isSafelist) throw refuseUntrusted(`The document ${JSON.stringify(value)}`)
    if (kind === 'id')
      throw refuseRequest('GW_DOCUMENT_UNKNOWN', `There is no document ${JSON.stringify(value)}.`)
    // Clients look for these very words, and send the text if they find them.
    if (keeps) throw refuseRequest('PERSISTED_QUERY_NOT_FOUND', 'PersistedQueryNotFound')
    throw refuseRequest('PERSISTED_QUERY_NOT_SUPPORTED', 'PersistedQueryNotSupported')
  }

  // Else one client could put its text under the hash of another one's.
  function refuseMismatch(source: string, { value }: DocumentReference): void {
    if (hashOf(source) === value.replace(/^sha256:/, '') || trusted().textOf(value) === source) return
    throw refuseRequest(
      'GW_BAD_REQUEST',
      `The document's text is not that of ${JSON.stringify(value)}: provided sha does not match query.`,
    )
  }
}

const refuseUntrusted = (what: string) =>
  refuseRequest(
    'GW_DOCUMENT_NOT_TRUSTED',
    `${what} is not one of the trusted documents, and only those are run here.`,
  )
