/** The data of the public federation benchmark, and what is computed from it. */
import { readFileSync } from 'node:fs'

export type Review = { readonly id: string; readonly body: string; readonly upc: string }
export type User = { readonly id: string; readonly username: string }
export type Product = { readonly upc: string; readonly price: number; readonly weight: number }
type Data = {
  readonly reviews: readonly Review[]
  readonly users: readonly User[]
  readonly products: readonly Product[]
  readonly inventory: Readonly<Record<string, boolean>>
}

export const data = JSON.parse(readFileSync(new URL('../graph/data.json', import.meta.url), 'utf8')) as Data

export const inventoryOf = ({ upc }: Pick<Product, 'upc'>): boolean | undefined => data.inventory[upc]

export const shippingOf = ({ price, weight }: Pick<Product, 'price' | 'weight'>): number =>
  price > 1000 ? 0 : Math.round(weight / 2)
