/** The part of every subgraph's schema that the chassis brings: the mutation through which events arrive. */
import type { SubgraphName } from '@souk/contracts'

/** A name of its own for each subgraph, so that composition sees no field shared between two. */
export const deliverEventsField = (name: SubgraphName): string =>
  `_internalDeliverEventsTo${name
    .split('-')
    .map((part) => part[0]?.toUpperCase() + part.slice(1))
    .join('')}`

export const chassisTypeDefs = (name: SubgraphName): string => `
extend type Mutation {
  "Takes events for this subgraph's inbox and returns the ids of those handled. For services only."
  ${deliverEventsField(name)}(events: [InternalEventInput!]!): [ID!]! @inaccessible
}

"An event on its way to a subgraph's inbox."
input InternalEventInput @inaccessible {
  "Id of the event: the inbox acts once on each."
  id: ID!
  "Past tense and versioned, such as order.paid.v1."
  type: String!
  "What order is kept by."
  entityId: ID!
  "When it happened, ISO 8601."
  occurredAt: String!
  "The payload as JSON text."
  payload: String!
}
`

export const deliverEventsDocument = (name: SubgraphName): string =>
  `mutation DeliverEvents($events: [InternalEventInput!]!) { ${deliverEventsField(name)}(events: $events) }`
