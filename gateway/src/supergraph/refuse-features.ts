/** Refuses a supergraph that relies on a specification which is not known here, and says that it must be known. */
import { type DocumentNode, GraphQLError, Kind } from 'graphql'
import { argumentOf, directivesOf } from './joins.ts'
import { isKnownSpecification } from './specification-names.ts'

/** `@link(url: ".../connect/v0.1", for: EXECUTION)`: without it what is served would be wrong, or open to the wrong people. */
export function refuseFeatures(document: DocumentNode): void {
  for (const definition of document.definitions) {
    if (definition.kind !== Kind.SCHEMA_DEFINITION && definition.kind !== Kind.SCHEMA_EXTENSION) continue
    for (const link of [...directivesOf(definition, 'link'), ...directivesOf(definition, 'core')]) {
      const url = argumentOf(link, 'url') ?? argumentOf(link, 'feature') ?? ''
      const purpose = argumentOf(link, 'for')
      if (purpose !== undefined && !isKnownSpecification(url))
        throw new GraphQLError(
          `${url} is linked for ${purpose}: who serves the graph has to know it, and this gateway does not.`,
        )
    }
  }
}
