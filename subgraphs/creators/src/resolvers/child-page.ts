/** A connection below a parent, loaded in one statement for all parents that ask for the same page. */
import { type Connection, connectionOf, type Page } from '@souk/kit'
import type { CreatorsContext } from '../modules.ts'

export type ChildPage<Node, Cursor> = {
  /** Names the list; parents of one name and page are loaded together. */
  readonly name: string
  readonly parentId: string
  readonly page: Page<Cursor>
  load(parentIds: readonly string[], page: Page<Cursor>): Promise<ReadonlyMap<string, readonly Node[]>>
  cursorOf(node: Node): readonly (string | number)[]
}

export async function childPage<Node, Cursor>(
  { loaders }: CreatorsContext,
  { name, parentId, page, load, cursorOf }: ChildPage<Node, Cursor>,
): Promise<Connection<Node>> {
  const batch = `${name} ${page.limit} ${JSON.stringify(page.after)}`
  const rows = await loaders.load(batch, parentId, (parentIds) => load(parentIds, page))
  return connectionOf(rows ?? [], page, cursorOf)
}
