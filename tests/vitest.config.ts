/** How every test of the workspace runs, the ones beside the code as well. */
import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vitest/config'

export default defineConfig({
  root: fileURLToPath(new URL('..', import.meta.url)),
  // graphql 16 ships CommonJS and .mjs. Vite would take the .mjs while Apollo and mercurius require() the other: two realms.
  resolve: { alias: [{ find: /^graphql$/, replacement: 'graphql/index.js' }] },
  test: {
    include: ['{gateway,subgraphs,plugins,tests}/**/*.test.ts'],
    exclude: ['**/node_modules/**', '**/generated/**'],
    environment: 'node',
    pool: 'forks',
    maxWorkers: 2,
    // A test that needs a second try is a failing test.
    retry: 0,
    testTimeout: 30_000,
    hookTimeout: 60_000,
    globalSetup: ['tests/support/global-setup.ts'],
  },
})
