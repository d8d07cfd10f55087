/** Refuses a graph in which an argument takes its value from a context: nobody here sets it. */
import { type ConstDirectiveNode, type DocumentNode, GraphQLError, Kind, visit } from 'graphql'
import { argumentOf, graphsByName } from './joins.ts'

export function refuseContexts(document: DocumentNode): void {
  const names = new Map([...graphsByName(document)].map(([name, graph]) => [graph, name]))
  let typeName = ''
  visit(document, {
    ObjectTypeDefinition: ({ name }) => void (typeName = name.value),
    FieldDefinition({ name, directives = [] }) {
      const join = directives.find((one) => contextArguments(one).length > 0)
      if (join === undefined) return
      const [argument] = contextArguments(join)
      throw new GraphQLError(
        `[${names.get(argumentOf(join, 'graph') ?? '')}] ${typeName}.${name.value} takes its argument ${argument} from a @context (@fromContext), which this gateway does not set. Take the value with @requires, or as an ordinary argument.`,
      )
    },
  })
}

function contextArguments(join: ConstDirectiveNode): readonly string[] {
  const given = join.arguments?.find(({ name }) => name.value === 'contextArguments')?.value
  const list = given?.kind === Kind.LIST ? given.values : given === undefined ? [] : [given]
  return list.flatMap((one) => {
    const name =
      one.kind === Kind.OBJECT ? one.fields.find((field) => field.name.value === 'name') : undefined
    return name?.value.kind === Kind.STRING ? [name.value.value] : []
  })
}
