// Who may import whom. Each name is what a failing check prints; ARCHITECTURE's layering, as rules.
const step = '/\\d+-[^/]+(?<!\\.test)\\.ts$'
const gatewayTests = ['^gateway/.+\\.test\\.ts$', '^gateway/.*/testing/']
// What a package exports: `.`, `./testing`, and `@souk/gateway/embedded`.
const frontDoors = ['/src/(testing/)?index\\.ts$', '^gateway/src/deployments/embedded\\.ts$']

/** @type {import('dependency-cruiser').IConfiguration} */
module.exports = {
  forbidden: [
    {
      name: 'no-unresolvable',
      severity: 'error',
      comment: 'A path that the tool cannot resolve would slip past every other rule.',
      from: {},
      to: { couldNotResolve: true },
    },
    { name: 'no-cycles', severity: 'error', from: {}, to: { circular: true } },
    {
      name: 'subgraph-is-an-island',
      severity: 'error',
      comment:
        'Reach another subgraph by @key, by an event in contracts, or by an internal operation. Never by import.',
      from: { path: '^subgraphs/(?!contracts/|kit/)([^/]+)/' },
      to: { path: '^subgraphs/(?!contracts/|kit/)', pathNot: '^subgraphs/$1/' },
    },
    {
      name: 'subgraph-knows-no-gateway',
      severity: 'error',
      from: { path: '^subgraphs/' },
      to: { path: '^(gateway|plugins)/' },
    },
    {
      name: 'contracts-are-a-leaf',
      severity: 'error',
      from: { path: '^subgraphs/contracts/' },
      to: { path: '^(gateway|plugins|subgraphs/(?!contracts/))' },
    },
    {
      name: 'kit-has-no-domain',
      severity: 'error',
      from: { path: '^subgraphs/kit/' },
      to: { path: '^subgraphs/(?!kit/|contracts/)' },
    },
    {
      name: 'only-embedded-imports-subgraphs',
      severity: 'error',
      comment:
        'The gateway talks to a subgraph through a transport; what it may know of one is in contracts.',
      from: {
        path: '^gateway/',
        pathNot: ['^gateway/src/deployments/embedded\\.ts$', ...gatewayTests],
      },
      to: { path: '^subgraphs/(?!contracts/)' },
    },
    {
      name: 'gateway-tests-import-no-subgraph',
      severity: 'error',
      comment: 'They may stand up a subgraph of their own on the kit.',
      from: { path: gatewayTests },
      to: { path: '^subgraphs/(?!contracts/|kit/)' },
    },
    {
      name: 'planner-is-pure',
      severity: 'error',
      comment:
        'Planning is a function of (operation, supergraph). No I/O, so that a plan can be snapshotted.',
      from: { path: '^gateway/src/(planner|supergraph)/', pathNot: '\\.test\\.ts$' },
      to: { path: '^gateway/src/(http|transports|executor|plugins|request|deployments)/' },
    },
    {
      name: 'planner-has-no-io',
      severity: 'error',
      from: { path: '^gateway/src/(planner|supergraph)/', pathNot: '\\.test\\.ts$' },
      to: { dependencyTypes: ['core'], pathNot: '^(node:)?assert' },
    },
    {
      name: 'step-is-private-to-its-flow',
      severity: 'error',
      comment:
        'Numbered files are steps. Only the flow file beside them (and their own test) may import them.',
      from: { path: '^(.+)/[^/]+$' },
      to: { path: step, pathNot: '^$1/[^/]+$' },
    },
    {
      name: 'steps-do-not-chain',
      severity: 'error',
      comment: 'A step never calls the next one. The flow file owns the order.',
      from: { path: step },
      to: { path: step },
    },
    {
      name: 'only-stores-touch-prisma',
      severity: 'error',
      from: { path: '^subgraphs/[^/]+/src/', pathNot: '(-store|/db)(\\.test)?\\.ts$|/generated/' },
      to: { path: '(^|/)generated/prisma/|@prisma/client' },
    },
    {
      name: 'plugin-sees-only-the-sdk',
      severity: 'error',
      from: { path: '^plugins/(?!sdk/)([^/]+)/' },
      to: { path: '^(gateway|subgraphs|plugins)/', pathNot: '^plugins/(sdk|$1)/' },
    },
    {
      name: 'sdk-sees-only-contracts',
      severity: 'error',
      from: { path: '^plugins/sdk/' },
      to: { path: '^(gateway|plugins/(?!sdk/)|subgraphs/(?!contracts/))' },
    },
    {
      name: 'only-the-plugin-host-sees-the-sdk',
      severity: 'error',
      from: { path: '^gateway/', pathNot: '^gateway/src/plugins/' },
      to: { path: '^plugins/' },
    },
    {
      name: 'front-door-only',
      severity: 'error',
      comment: 'Across packages import the package name, never a file inside it.',
      from: { path: '^(gateway|subgraphs/[^/]+|plugins/[^/]+)/' },
      to: {
        path: '^(gateway|subgraphs/[^/]+|plugins/[^/]+)/',
        pathNot: ['^$1/', ...frontDoors],
      },
    },
    {
      name: 'tests-use-front-doors',
      severity: 'error',
      comment:
        'The tools and the global setup run before, or without, a platform; they reach for the database parts alone.',
      from: { path: '^tests/', pathNot: '^tests/(tools/|support/global-setup\\.ts$)' },
      to: { path: '^(gateway|subgraphs|plugins)/', pathNot: frontDoors },
    },
    {
      name: 'source-never-imports-tests',
      severity: 'error',
      from: { path: '^(gateway|subgraphs|plugins)/', pathNot: '\\.(test|bench)\\.ts$' },
      to: { path: '^tests/|\\.test\\.ts$' },
    },
  ],
  options: {
    // A type is a dependency too.
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.base.json' },
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '/generated/.+/internal/' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'default'],
      extensions: ['.ts', '.mjs', '.js', '.cjs'],
    },
  },
}
