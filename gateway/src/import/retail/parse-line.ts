/** One record of a retail file to a line, or to the reason why it can't be one. */
import { type ReadRecord, type RetailLine, retailColumns } from './retail-line.ts'
import type { Rejection } from './rejections.ts'
import type { CsvRecord } from './split-records.ts'

export function parseLine({ lineNumber, fields }: CsvRecord): ReadRecord {
  if (fields?.length !== retailColumns.length || fields.some(hasNul)) {
    return { lineNumber, quantity: 0, value: 0n, rejection: 'BAD_ROW' }
  }
  const [invoiceText, codeText, description, quantityText, atText, priceText, customerText, country] =
    fields.map((field) => field.trim()) as [string, string, string, string, string, string, string, string]
  const invoice = parseInvoice(invoiceText)
  const quantity = parseQuantity(quantityText)
  const unitPrice = parsePrice(priceText)
  const at = parseTime(atText)
  const customer = parseCustomer(customerText)
  // What a bad line is worth counts on both sides of the reconciliation as far as its numbers can be read.
  const worth = { lineNumber, quantity: quantity ?? 0, value: BigInt(quantity ?? 0) * (unitPrice ?? 0n) }
  const reject = (rejection: Rejection): ReadRecord => ({ ...worth, rejection })
  if (invoice === undefined) return reject('BAD_INVOICE_NUMBER')
  if (quantity === undefined) return reject('BAD_QUANTITY')
  if (unitPrice === undefined) return reject('BAD_PRICE')
  if (at === undefined) return reject('BAD_DATE')
  if (customer === undefined) return reject('BAD_CUSTOMER')
  const stockCode = codeText.toUpperCase()
  return {
    ...worth,
    line: { lineNumber, ...invoice, stockCode, description, quantity, at, unitPrice, customer, country },
  }
}

// PostgreSQL takes no NUL in a text.
const hasNul = (field: string): boolean => field.includes('\u0000')

const kinds: Readonly<Record<string, RetailLine['kind']>> = { '': 'SALE', C: 'CANCELLATION', A: 'ADJUSTMENT' }

function parseInvoice(text: string): Pick<RetailLine, 'invoice' | 'kind'> | undefined {
  const match = /^([CA]?)(\d{1,20})$/.exec(text.toUpperCase())
  const kind = match && kinds[match[1] ?? '']
  return match && kind ? { invoice: match[0], kind } : undefined
}

// 12.0 is twelve, as spreadsheets write it; 12.5 is not a quantity. Beyond 15 digits a number would be rounded.
function parseQuantity(text: string): number | undefined {
  return /^-?\d{1,15}(\.0+)?$/.test(text) ? Number(text) + 0 : undefined
}

/** Millionths of a pound, exactly. */
function parsePrice(text: string): bigint | undefined {
  const match = /^(-?)(\d{1,15})(?:\.(\d{1,6})0*)?$/.exec(text)
  if (match === null) return undefined
  const [, sign, pounds = '', fraction = ''] = match
  const amount = BigInt(pounds) * 1_000_000n + BigInt(fraction.padEnd(6, '0'))
  return sign === '-' ? -amount : amount
}

const timePattern = /^(\d{4})-(\d\d)-(\d\d)[T ](\d\d):(\d\d)(?::(\d\d)(?:\.\d{1,9})?)?Z?$/

/** The file names no zone. It is read as UTC, so that it gives the same moments on every machine. */
function parseTime(text: string): number | undefined {
  const match = timePattern.exec(text)
  if (match === null) return undefined
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = match
    .slice(1)
    .map((part) => Number(part ?? 0))
  const at = new Date(Date.UTC(year, month - 1, day, hour, minute, second))
  const isReal =
    at.getUTCMonth() === month - 1 && at.getUTCDate() === day && hour < 24 && minute < 60 && second < 60
  return isReal && year >= yearMin && year <= yearMax ? at.getTime() : undefined
}

// Outside these years it is a typing error, and an id could not carry the moment.
const yearMin = 1990
const yearMax = 2100

/** Null where there is none; undefined where it can't be one. 17850.0 is 17850, as a spreadsheet writes a column with gaps. */
function parseCustomer(text: string): string | null | undefined {
  if (text === '') return null
  return /^(\d{1,20})(?:\.0+)?$/.exec(text)?.[1]
}
