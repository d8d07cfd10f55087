/** Front door of @souk/gateway. */
export { apolloGateway, type ApolloGateway, type ApolloGatewayOptions } from './apollo-gateway.ts'
export { type Clock, systemClock } from './clock.ts'
export { describeSettings, type GatewayConfig, readConfig } from './config.ts'
export {
  addressesFrom,
  connectSubgraphs,
  type ConnectOptions,
  type SubgraphAddress,
} from './deployments/distributed.ts'
export { type GatewayErrorCode, gatewayErrors } from './errors.ts'
export { explain, type ExplainOptions } from './explain.ts'
export { type ExampleTab, exampleTabs } from './http/example-tabs.ts'
export {
  createGateway,
  type Gateway,
  type GatewayKeys,
  type GatewayOptions,
  type GatewayRequest,
} from './gateway.ts'
export { demoPeople } from './import/demo/demo-people.ts'
export { demoRetailFile, seedDemo, type SeedReport } from './import/demo/seed-demo.ts'
export { printReport } from './import/print-report.ts'
export { silentProgress } from './import/progress/progress.ts'
export { type ImportReport, runImport } from './import/run-import.ts'
export {
  type DevelopmentKeys,
  type DevelopmentPerson,
  openDevelopmentKeys,
  type ReadyToken,
} from './keys/development-tokens.ts'
export { type PlannedOperation, type PlanOperation, planOperations } from './plan-operations.ts'
export type { PlanPasses } from './planner/make-plan.ts'
export type { QueryPlan } from './planner/query-plan.ts'
export { compose, type SubgraphSdl, type Supergraph } from './supergraph/compose.ts'
export type { DecidePolicies } from './policy/decide-policies.ts'
export type { BucketLevels, RateBucket, RateDecision, RateLimiter } from './policy/rate-limiter.ts'
export type { GatewaySubgraph, GraphSource } from './swapping/graph-source.ts'
export { describeMetrics } from './telemetry/describe-metrics.ts'
export { createLogger, type Logger } from './telemetry/logger.ts'
export { httpTransport, type HttpTransportOptions } from './transports/http.ts'
