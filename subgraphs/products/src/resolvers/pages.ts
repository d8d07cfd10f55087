/** Pages of the lists: by newest first, or by name. */
import { type Connection, type ConnectionArguments, connectionOf, type Page, readPage } from '@souk/kit'
import type { Category } from '../catalogue/catalogue.ts'
import type { NameCursor } from '../catalogue/category-store.ts'
import type { NewestCursor } from '../catalogue/shop-store.ts'
import { isMoment } from '../catalogue/input-rules.ts'

export const readNewestPage = (args: ConnectionArguments): Page<NewestCursor> =>
  readPage(args, ([createdAt, id]) =>
    isMoment(createdAt) && typeof id === 'string' ? { createdAt, id } : undefined,
  )

export const newestConnection = <Node extends { readonly id: string; readonly createdAt: Date }>(
  rows: readonly Node[],
  page: Page<NewestCursor>,
): Connection<Node> => connectionOf(rows, page, (node) => [node.createdAt.toISOString(), node.id])

export const readNamePage = (args: ConnectionArguments): Page<NameCursor> =>
  readPage(args, ([name, id]) =>
    typeof name === 'string' && typeof id === 'string' ? { name, id } : undefined,
  )

export const nameConnection = (rows: readonly Category[], page: Page<NameCursor>): Connection<Category> =>
  connectionOf(rows, page, (node) => [node.name, node.id])

/** Loads of one list with equal pages share a batch; others don't. */
export const pageName = (list: string, page: Page<unknown>): string =>
  `${list} ${page.limit} ${JSON.stringify(page.after)}`
