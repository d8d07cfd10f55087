/** Prints what is wanted at a place: the operation as it is planned, and the field sets of keys, requirements and provisions. */
import { print } from 'graphql'
import { isAlways, never, printWhen } from './planner/conditions.ts'
import type { NormalizedOperation } from './planner/normalize-operation.ts'
import type { WantedField, WantedSet } from './planner/wanted.ts'

/** Fragments are on object types and one level deep; names are those that fetches and merged data use. */
export function printNormalized({ operationKind, parts }: NormalizedOperation): string {
  if (parts.length === 0) return '(nothing to fetch)'
  const printed = parts.map((part) => [`${operationKind} {`, ...linesOf(part, '  '), '}'].join('\n'))
  return printed.join('\nthen\n')
}

/** On one line, such as `id organization { id }`. */
export const printFieldSet = (wanted: WantedSet): string =>
  linesOf(wanted, '').join(' ').replaceAll(/\s+/g, ' ')

/** A field by its name in data, with its arguments and when it is wanted. */
export function printWanted({ responseName, name, arguments: given, when }: WantedField): string {
  const alias = responseName === name ? '' : `${responseName}: `
  const values = given.length === 0 ? '' : `(${given.map((argument) => print(argument)).join(', ')})`
  // What only a fetch needs has no condition of its own yet.
  const condition = isAlways(when) || when === never ? '' : ` if ${printWhen(when)}`
  return `${alias}${name}${values}${condition}`
}

function linesOf({ fields, byType }: WantedSet, indent: string): readonly string[] {
  const narrow = [...byType].flatMap(([typeName, own]) => [
    `${indent}... on ${typeName} {`,
    ...own.flatMap((field) => linesOfField(field, `${indent}  `)),
    `${indent}}`,
  ])
  return [...fields.flatMap((field) => linesOfField(field, indent)), ...narrow]
}

function linesOfField(field: WantedField, indent: string): readonly string[] {
  const head = `${indent}${printWanted(field)}`
  if (field.below === undefined) return [head]
  return [`${head} {`, ...linesOf(field.below, `${indent}  `), `${indent}}`]
}
