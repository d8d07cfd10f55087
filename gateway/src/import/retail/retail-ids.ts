/** Ids of everything that comes from retail files: the same name gives the same id in every file, run and process. */
import { idFromName } from '@souk/contracts'

// One fixed moment for all: an invoice that two files date differently must still be recognised as one.
const epoch = new Date('2010-12-01T00:00:00Z')

const retailId = (kind: string, name: string): string => idFromName(`retail ${kind} ${name}`, epoch)

export const importIdOf = (digest: string): string => retailId('import', digest)
export const productIdOf = (stockCode: string): string => retailId('product', stockCode)
export const skuIdOf = (stockCode: string): string => retailId('sku', stockCode)
export const offerIdOf = (stockCode: string): string => retailId('offer', stockCode)
export const buyerIdOf = (customer: string): string => retailId('customer', customer)
export const orderIdOf = (invoice: string): string => retailId('order', invoice)
export const orderLineIdOf = (invoice: string, position: number): string =>
  retailId('order line', `${invoice} ${position}`)
export const caseIdOf = (invoice: string, orderId: string): string =>
  retailId('case', `${invoice} ${orderId}`)
export const stockReturnIdOf = (invoice: string): string => retailId('stock return', invoice)
export const stockBatchIdOf = (digest: string): string => retailId('stock batch', digest)
export const shopPartId = (kind: 'merchant' | 'shop' | 'category', name: string): string =>
  retailId(kind, name)
