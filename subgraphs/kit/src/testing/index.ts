/** Front door of @souk/kit/testing: what tests of subgraphs and of the whole platform need. */
export * from './fake-clock.ts'
export { cloneDatabase, createTemplateDatabase, dropDatabase } from '../database/testing-database.ts'
export * from './open-test-subgraph.ts'
