/** Physical lines to CSV records, so that one broken quote costs its own line and not the rest of the file. */
import { parse } from 'csv-parse/sync'
import { importLimits } from '../config.ts'
import { retailColumns } from './retail-line.ts'
import type { TextLine } from './read-text-lines.ts'

/** `fields` is missing where the line is no CSV record. */
export type CsvRecord = { readonly lineNumber: number; readonly fields: readonly string[] | undefined }

/**
 * csv-parse over the whole stream would take everything up to the next quote into one field when a quote is left open.
 * Here a record ends with its line, unless the lines that follow close the quote and give exactly the columns of the format.
 * Lines come and records go by the chunk: one await a line would take half of the time of reading.
 */
export async function* splitRecords(
  chunks: AsyncIterable<readonly TextLine[]>,
): AsyncGenerator<readonly CsvRecord[]> {
  let lines: TextLine[] = []
  let firstNumber = 1
  const take = (keep: number): readonly CsvRecord[] => {
    const records: CsvRecord[] = []
    let index = 0
    while (index < lines.length - keep) {
      const { fields, linesTaken } = recordAt(lines, index)
      records.push({ lineNumber: firstNumber + index, fields })
      index += linesTaken
    }
    lines = lines.slice(index)
    firstNumber += index
    return records
  }
  for await (const chunk of chunks) {
    lines = [...lines, ...chunk]
    yield take(importLimits.recordLinesMax)
  }
  yield take(0)
}

type ParsedRecord = { readonly fields: readonly string[] | undefined; readonly linesTaken: number }

function recordAt(lines: readonly TextLine[], index: number): ParsedRecord {
  const line = lines[index]
  if (line === undefined || line.isCut) return { fields: undefined, linesTaken: 1 }
  if (!line.text.includes('"')) return { fields: line.text.split(','), linesTaken: 1 }
  const alone = parseRecord(line.text)
  return alone === 'QUOTE_OPEN' ? multilineRecord(lines, index) : { fields: alone, linesTaken: 1 }
}

function multilineRecord(lines: readonly TextLine[], index: number): ParsedRecord {
  const parts = lines.slice(index, index + importLimits.recordLinesMax)
  for (let linesTaken = 2; linesTaken <= parts.length; linesTaken++) {
    if (parts[linesTaken - 1]?.isCut) break
    const fields = parseRecord(
      parts
        .slice(0, linesTaken)
        .map(({ text }) => text)
        .join('\n'),
    )
    if (fields === 'QUOTE_OPEN') continue
    if (fields?.length === retailColumns.length) return { fields, linesTaken }
    break
  }
  return { fields: undefined, linesTaken: 1 }
}

function parseRecord(text: string): readonly string[] | 'QUOTE_OPEN' | undefined {
  try {
    const records = parse(text, { relax_column_count: true, record_delimiter: '\u0000' }) as string[][]
    return records.length === 1 ? records[0] : undefined
  } catch (error) {
    const { code } = error as { code?: string }
    if (code === 'CSV_QUOTE_NOT_CLOSED') return 'QUOTE_OPEN'
    // A quote inside an unquoted field (6" PLATE) is just a character, as long as no other field is quoted.
    const fields = text.split(',')
    const isPlain =
      code === 'INVALID_OPENING_QUOTE' && !fields.some((field) => field.trimStart().startsWith('"'))
    return isPlain ? fields : undefined
  }
}
