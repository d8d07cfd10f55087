/** The public schema is documentation for front-end teams: nothing in it goes without a description. */
import { compose } from '@souk/gateway'
import { subgraphs } from '@souk/gateway/embedded'
import {
  type GraphQLArgument,
  isEnumType,
  isInputObjectType,
  isInterfaceType,
  isIntrospectionType,
  isObjectType,
  isSpecifiedScalarType,
} from 'graphql'
import { expect, test } from 'vitest'

const { publicSchema } = compose(subgraphs)

const roots = new Set<unknown>([
  publicSchema.getQueryType(),
  publicSchema.getMutationType(),
  publicSchema.getSubscriptionType(),
])

function namesWithoutDescription(): readonly string[] {
  return Object.values(publicSchema.getTypeMap())
    .filter((type) => !isIntrospectionType(type) && !isSpecifiedScalarType(type))
    .flatMap((type) => {
      const own = type.description || roots.has(type) ? [] : [type.name]
      if (isEnumType(type))
        return [
          ...own,
          ...type
            .getValues()
            .filter(isSilent)
            .map((value) => `${type.name}.${value.name}`),
        ]
      if (isInputObjectType(type))
        return [
          ...own,
          ...Object.values(type.getFields())
            .filter(isSilent)
            .map((field) => `${type.name}.${field.name}`),
        ]
      if (!isObjectType(type) && !isInterfaceType(type)) return own
      return [
        ...own,
        ...Object.values(type.getFields()).flatMap((field) =>
          [...[field].filter(isSilent), ...field.args.filter(isSilent)].map(
            (each: { name: string } | GraphQLArgument) => `${type.name}.${field.name}: ${each.name}`,
          ),
        ),
      ]
    })
}

const isSilent = ({ description }: { readonly description?: string | null | undefined }): boolean =>
  !description

test('every public type, field, argument, enum value and input field has a description', () => {
  expect(namesWithoutDescription()).toEqual([])
})

test('nothing internal is in the public schema', () => {
  const names = Object.values(publicSchema.getTypeMap()).flatMap((type) =>
    ['getFields' in type ? Object.keys(type.getFields()) : [], type.name].flat(),
  )
  expect(names.filter((name) => /^(_(?!_)|Internal|join__|link__)/.test(name))).toEqual([])
})

// graphql-jit takes an input field that is left out for a missing one, though it has a default.
test('no input field is non-null and has a default', () => {
  const inputs = subgraphs.flatMap(({ schema }) =>
    Object.values(schema.getTypeMap()).filter(isInputObjectType),
  )
  const trapped = inputs.flatMap((type) =>
    Object.values(type.getFields())
      .filter((field) => field.defaultValue !== undefined && String(field.type).endsWith('!'))
      .map((field) => `${type.name}.${field.name}`),
  )
  expect([...new Set(trapped)]).toEqual([])
})
