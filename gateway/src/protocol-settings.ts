/** The settings of what clients speak: other origins, packing, documents by their hash, lists of requests. */
import { z } from 'zod'
import { limit, type Setting, timerMsLimit } from './setting.ts'

const isOrigin = (text: string): boolean =>
  text === '*' || (URL.canParse(text) && new URL(text).origin === text)

export const protocolSettings = {
  corsOrigins: {
    variable: 'SOUK_CORS_ORIGINS',
    allowed: 'origins of pages that may ask and read, with commas between, or * for all (default none)',
    schema: z
      .string()
      .transform((text) => text.split(',').map((origin) => origin.trim()))
      .pipe(z.array(z.string().refine(isOrigin)).refine((all) => all.length === 1 || !all.includes('*')))
      .default([]),
  },
  corsCredentials: {
    variable: 'SOUK_CORS_CREDENTIALS',
    allowed:
      'omitted or included: whether pages of listed origins may ask with their cookies (default omitted)',
    schema: z.enum(['omitted', 'included']).default('omitted'),
  },
  corsSecondsMax: limit('SOUK_CORS_SECONDS_MAX', 'seconds that a browser remembers a preflight', 7_200),
  compression: {
    variable: 'SOUK_COMPRESSION',
    allowed: 'on or off: whether answers are packed for clients that accept it (default on)',
    schema: z.enum(['on', 'off']).default('on'),
  },
  compressionBytesMin: limit('SOUK_COMPRESSION_BYTES_MIN', 'bytes of an answer that is worth packing', 1_024),
  documents: {
    variable: 'SOUK_DOCUMENTS',
    allowed: 'any or safelist: with the latter only trusted documents are run (default any)',
    schema: z.enum(['any', 'safelist']).default('any'),
  },
  trustedDocuments: {
    variable: 'SOUK_TRUSTED_DOCUMENTS',
    allowed: 'the manifest file of trusted documents (default none)',
    schema: z.string().optional(),
  },
  trustedDocumentsBytesMax: limit('SOUK_TRUSTED_DOCUMENTS_BYTES_MAX', 'bytes of that manifest', 20_000_000),
  trustedDocumentsCheckMs: limit(
    'SOUK_TRUSTED_DOCUMENTS_CHECK_MS',
    'milliseconds until it is looked at again for changes',
    2_000,
    timerMsLimit,
  ),
  apq: {
    variable: 'SOUK_APQ',
    allowed: 'on or off: whether a document may be sent once and then by its hash (default on)',
    schema: z.enum(['on', 'off']).default('on'),
  },
  persistedDocumentsMax: limit('SOUK_PERSISTED_DOCUMENTS_MAX', 'documents kept for their hash', 1_000),
  persistedCharactersMax: limit(
    'SOUK_PERSISTED_CHARACTERS_MAX',
    'characters of all documents kept for their hash',
    2_000_000,
  ),
  batchMax: limit('SOUK_BATCH_MAX', 'requests in one list; 1 allows no list', 1, 100),
} satisfies Record<string, Setting>
