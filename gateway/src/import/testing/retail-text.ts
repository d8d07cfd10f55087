/** Writes retail files for tests. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll } from 'vitest'
import { retailColumns } from '../retail/retail-line.ts'

export const retailHeader = retailColumns.join(',')

export type RetailRow = {
  readonly invoice?: string
  readonly code?: string
  readonly description?: string
  readonly quantity?: number | string
  readonly at?: string
  readonly price?: string
  readonly customer?: string
  readonly country?: string
}

/** A line of the format; what is not given is that of an ordinary sale. */
export const retailRow = (row: RetailRow = {}): string => {
  const { invoice = '536365', code = '22423', description = 'REGENCY CAKESTAND 3 TIER', quantity = 6 } = row
  const { at = '2010-12-01T08:26', price = '10.95', customer = '17850', country = 'United Kingdom' } = row
  return [invoice, code, description, quantity, at, price, customer, country].join(',')
}

export const retailText = (rows: readonly string[]): string => [retailHeader, ...rows, ''].join('\n')

let folder: string | undefined
let filesWritten = 0

/** One folder a test file, gone with it: a property test writes a thousand files. */
export function writeTemporaryFile(content: string | Uint8Array, name = 'retail.csv'): string {
  folder ??= mkdtempSync(join(tmpdir(), 'souk-import-'))
  const file = join(folder, `${++filesWritten}-${name}`)
  writeFileSync(file, content)
  return file
}

afterAll(() => {
  if (folder !== undefined) rmSync(folder, { recursive: true, force: true })
})
