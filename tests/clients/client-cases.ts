/** What every client is tried with, and how a client says which of it there is. */
import type { ClientGraph } from './client-graph.ts'

export const capabilities = ['query', 'mutation', 'error', 'persisted', 'subscription', 'defer'] as const

export type Capability = (typeof capabilities)[number]

/** A test, or in a few words why there is none. */
export type ClientCase = ((graph: ClientGraph) => Promise<void>) | string

export type ClientCases = Readonly<Record<Capability, ClientCase>> & {
  readonly name: string
  /** What only this client does, each named as a claim. */
  readonly also: Readonly<Record<string, (graph: ClientGraph) => Promise<void>>>
}

export const asked = {
  query: 'query Book($id: Int!) { book(id: $id) { title stars } }',
  mutation: 'mutation Rename($id: Int!, $title: String!) { rename(id: $id, title: $title) { title stars } }',
  error: 'query Partial { book(id: 1) { title } broken }',
  secret: 'query Secret { secret }',
  subscription: 'subscription Read($to: Int!) { read(to: $to) { title stars } }',
  defer: 'query Deferred { book(id: 2) { title ... @defer(label: "later") { stars } } }',
} as const

export const answered = {
  query: { book: { title: 'Book 3', stars: 3 } },
  mutation: { rename: { title: 'New', stars: 2 } },
  error: { book: { title: 'Book 1' }, broken: null },
  subscription: [1, 2, 3].map((id) => ({ read: { title: `Book ${id}`, stars: id } })),
  deferred: { book: { title: 'Book 2', stars: 2 } },
} as const
