/** Keeps the trusted documents of a file: read at the start, and again when the file has changed. */
import { unwatchFile, watchFile } from 'node:fs'
import { readFile, stat } from 'node:fs/promises'
import { resolve } from 'node:path'
import { ClientError } from '@souk/contracts'
import type { Logger } from '../telemetry/logger.ts'
import { noTrustedDocuments, readTrustedDocuments, type TrustedDocuments } from './trusted-documents.ts'

export type OpenTrustedDocuments = {
  readonly current: () => TrustedDocuments
  readonly close: () => void
}

export type TrustedDocumentsSettings = {
  readonly trustedDocuments?: string | undefined
  readonly trustedDocumentsBytesMax: number
  readonly trustedDocumentsCheckMs: number
}

export async function openTrustedDocuments(
  settings: TrustedDocumentsSettings,
  logger: Logger,
): Promise<OpenTrustedDocuments> {
  const { trustedDocuments: file, trustedDocumentsCheckMs: interval } = settings
  if (file === undefined) return { current: () => noTrustedDocuments, close: () => undefined }
  const path = resolve(file)
  let trusted = await read(path, settings)
  const reload = async (): Promise<void> => {
    try {
      trusted = await read(path, settings)
      logger.info({ documents: trusted.size }, 'trusted documents were read again')
    } catch (error) {
      // Clients that run go on with the documents that they know; a broken upload must not lock them out.
      logger.error(
        { err: error },
        'the changed manifest is not used; the trusted documents are those of before',
      )
    }
  }
  const onChange = (): void => void reload()
  // A file that is put in the place of another is seen too, which a watch on the file itself would lose.
  watchFile(path, { interval, persistent: false }, onChange)
  return { current: () => trusted, close: () => unwatchFile(path, onChange) }
}

async function read(
  path: string,
  { trustedDocuments: file = path, trustedDocumentsBytesMax }: TrustedDocumentsSettings,
): Promise<TrustedDocuments> {
  const size = await stat(path).then(
    (found) => found.size,
    () => undefined,
  )
  if (size === undefined) throw new ClientError('GW_CONFIG_INVALID', `The manifest ${file} can't be read.`)
  if (size > trustedDocumentsBytesMax)
    throw new ClientError(
      'GW_CONFIG_INVALID',
      `The manifest ${file} has ${size} bytes; SOUK_TRUSTED_DOCUMENTS_BYTES_MAX allows ${trustedDocumentsBytesMax}.`,
    )
  return readTrustedDocuments(await readFile(path, 'utf8'), file)
}
