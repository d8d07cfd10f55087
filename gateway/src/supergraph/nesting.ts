/** Finds documents that are nested deeper than anybody writes: what reads them by recursion would overflow its stack. */
import { type ASTNode, BREAK, visit } from 'graphql'

// Each level is a node: a list type of two brackets has three. A thread of its own has a larger stack than those that
// read its result, so what it could read is no measure.
const levelsMax = 300

export function isNestedTooDeeply(node: ASTNode): boolean {
  let levels = 0
  let isTooDeep = false
  visit(node, {
    enter() {
      levels += 1
      isTooDeep ||= levels > levelsMax
      return isTooDeep ? BREAK : undefined
    },
    leave() {
      levels -= 1
    },
  })
  return isTooDeep
}
