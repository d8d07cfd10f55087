/** Every IMPORT_ code: what it means and what to do about it. */
import { ClientError } from '@souk/contracts'

export const importErrors = {
  IMPORT_FILE_NOT_READABLE: {
    meaning: 'The file cannot be read.',
    remedy: 'Check the path and its permissions.',
  },
  IMPORT_FILE_EMPTY: { meaning: 'The file has no content.', remedy: 'Give a file with a header and lines.' },
  IMPORT_FILE_DAMAGED: {
    meaning: 'The file is not whole, or not compressed as its name says.',
    remedy: 'Fetch it again.',
  },
  IMPORT_FILE_TOO_LARGE: {
    meaning: 'The file is larger than any of its format.',
    remedy: 'Split it, each part with the header.',
  },
  IMPORT_HEADER_WRONG: {
    meaning: 'The first line is not the header of the format.',
    remedy: 'Give a file with the columns that the message lists.',
  },
  IMPORT_DATA_WRONG: {
    meaning: 'A data file of the catalogue does not hold what it should.',
    remedy: 'Restore the file that the message names.',
  },
  IMPORT_STOCK_CONTENDED: {
    meaning: 'Received units were sold to others before the import could sell them.',
    remedy: 'Run the import again.',
  },
} as const

export type ImportErrorCode = keyof typeof importErrors

/** What stops an import before it wrote anything: one sentence for the person at the terminal. */
export const importError = (code: ImportErrorCode, message: string, cause?: unknown): ClientError =>
  new ClientError(code, message, { cause })
