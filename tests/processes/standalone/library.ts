/** The data behind the example subgraphs: two people, what they like, and what they said of it. */

export type Person = { readonly id: string; readonly name: string; readonly email: string }

export type Book = {
  readonly id: string
  readonly title: string
  readonly pages: number
  readonly grams: number
}

export type Film = { readonly id: string; readonly title: string; readonly minutes: number }

export type Review = {
  readonly id: string
  readonly stars: number
  readonly bookId: string
  readonly authorId: string
}

export const people: readonly Person[] = [
  { id: '1', name: 'Ada', email: 'ada@example.com' },
  { id: '2', name: 'Ben', email: 'ben@example.com' },
]

export const media: readonly (Book | Film)[] = [
  { id: 'b1', title: 'The Sea', pages: 340, grams: 420 },
  { id: 'b2', title: 'The Hill', pages: 120, grams: 180 },
  { id: 'f1', title: 'The Sea, filmed', minutes: 101 },
]

export const likes: Readonly<Record<string, readonly string[]>> = { b1: ['1', '2'], b2: [], f1: ['2'] }

export const reviews: readonly Review[] = [
  { id: 'r1', stars: 5, bookId: 'b1', authorId: '2' },
  { id: 'r2', stars: 2, bookId: 'b1', authorId: '1' },
  { id: 'r3', stars: 4, bookId: 'b2', authorId: '2' },
]

export const personBy = (id: string): Person | null => people.find((person) => person.id === id) ?? null

export const mediumBy = (id: string): Book | Film | null => media.find((one) => one.id === id) ?? null

export const typeOfMedium = (one: Book | Film): 'Book' | 'Film' => ('pages' in one ? 'Book' : 'Film')

/** What the post takes for a weight. */
export const shippingCentsFor = (grams: number): number => 250 + 2 * grams

export const wait = (ms: number): Promise<number> =>
  new Promise((resolve) => void setTimeout(() => resolve(ms), ms))
