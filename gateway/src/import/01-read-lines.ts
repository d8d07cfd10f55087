/** Step 1: reads a retail file, line by line, and counts what it holds before anything is decided. */
import { createHash } from 'node:crypto'
import { importLimits } from './config.ts'
import { importError } from './errors.ts'
import { parseLine } from './retail/parse-line.ts'
import { readTextLines } from './retail/read-text-lines.ts'
import type { RetailFile } from './retail/retail-file.ts'
import { type ReadRecord, retailColumns } from './retail/retail-line.ts'
import { type CsvRecord, splitRecords } from './retail/split-records.ts'
import { Tally } from './retail/totals.ts'

export type ReadOptions = { readonly signal?: AbortSignal | undefined; readonly linesMax?: number }

export async function readLines(
  file: string,
  { signal, linesMax = importLimits.linesMax }: ReadOptions = {},
): Promise<RetailFile> {
  const reading = startReading(file, linesMax)
  for await (const records of splitRecords(readTextLines(file, signal))) {
    for (const record of records) reading.take(record)
  }
  return reading.end()
}

function startReading(file: string, linesMax: number) {
  const records: ReadRecord[] = []
  const tally = new Tally()
  const hash = createHash('sha256')
  let blankLines = 0
  let hasHeader = false
  const takeLine = (record: CsvRecord): void => {
    if (records.length >= linesMax)
      throw importError('IMPORT_FILE_TOO_LARGE', `${file} has more than ${linesMax} lines.`)
    hash.update(`${record.fields?.join('\u001f') ?? ''}\n`)
    const parsed = parseLine(record)
    tally.add(parsed)
    records.push(parsed)
  }
  return {
    take: (record: CsvRecord): void => {
      if (hasHeader && isBlank(record)) blankLines += 1
      else if (hasHeader) takeLine(record)
      else {
        assertHeader(file, record)
        hasHeader = true
      }
    },
    end: (): RetailFile => {
      if (!hasHeader) throw importError('IMPORT_FILE_EMPTY', `${file} is empty.`)
      return { name: file, records, read: tally.totals, blankLines, digest: hash.digest('hex') }
    },
  }
}

function assertHeader(file: string, { fields }: CsvRecord): void {
  const found = fields?.map((field) => field.trim()) ?? []
  if (found.join(',') === retailColumns.join(',')) return
  const shown = JSON.stringify(
    found
      .join(',')
      .slice(0, headerCharactersShown)
      .replaceAll(/[^\x20-\x7e]/g, '�'),
  )
  throw importError(
    'IMPORT_HEADER_WRONG',
    `${file} begins with ${shown}; a retail file begins with ${retailColumns.join(',')}.`,
  )
}

const headerCharactersShown = 120

const isBlank = ({ fields }: CsvRecord): boolean => fields?.length === 1 && fields[0]?.trim() === ''
