/** Collects every name that a field set of the supergraph mentions: keys, requirements and provisions. */
import { type DocumentNode, visit } from 'graphql'

export function readFieldSetNames(supergraph: DocumentNode): ReadonlySet<string> {
  const names = new Set<string>()
  visit(supergraph, {
    Directive(directive) {
      if (!directive.name.value.startsWith('join__')) return
      for (const argument of directive.arguments ?? []) {
        if (!fieldSetArguments.has(argument.name.value) || argument.value.kind !== 'StringValue') continue
        // Type names and argument names come along: a name too many only costs an alias.
        for (const [name] of argument.value.value.matchAll(/[A-Za-z_]\w*/g)) names.add(name)
      }
    },
  })
  return names
}

const fieldSetArguments: ReadonlySet<string> = new Set(['key', 'requires', 'provides'])
