#!/usr/bin/env node
/**
 * Stands in for Prisma's native schema engine, which would have to be downloaded: the same JSON-RPC over standard input
 * and output, answered by the engine's WebAssembly build. Ours, not Prisma's: try `migrate dev` at every Prisma upgrade.
 */
import { readFileSync } from 'node:fs'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { bindMigrationAwareSqlAdapterFactory } from '@prisma/driver-adapter-utils'
import * as engineGlue from '@prisma/schema-engine-wasm/schema_engine_bg'
import { createMigrationAdapter } from './migration-adapter.ts'

/** @typedef {import('@prisma/schema-engine-wasm/schema_engine_bg').SchemaEngine} SchemaEngine */
/** @typedef {{ id: number, method: string, params: Record<string, unknown> & Authoring }} EngineRequest */
/** @typedef {{ migrationsList: { lockfile: { content: string | null } }, schema: object, filters: object, migrationName: string, draft: boolean }} Authoring */

const rpcUserFacingError = 4466

// Coarser than the native check, which looks at the data: whatever could lose or refuse rows makes the CLI ask.
const risky =
  /\bDROP\s+(TABLE|COLUMN|TYPE|SCHEMA|VIEW)\b|\bSET\s+DATA\s+TYPE\b|\bSET\s+NOT\s+NULL\b|\bTRUNCATE\b|\bADD\s+COLUMN\b[^,;]*\bNOT\s+NULL\b(?![^,;]*\bDEFAULT\b)/i

await main(process.argv.slice(2))
// The WebAssembly build leaves a timer of ten seconds behind.
process.exit(0)

async function main(/** @type {readonly string[]} */ args) {
  if (args.includes('--version')) return void process.stdout.write('schema-engine-cli wasm\n')
  const { url } = JSON.parse(readFlag(args, '--datasource')[0] ?? '{}')
  const adapter = createMigrationAdapter(url)
  if (args.includes('cli')) return checkConnection(adapter)
  loadEngine()
  const datamodels = readFlag(args, '--datamodels').map(
    (file) => /** @type {[string, string]} */ ([file, readFileSync(file, 'utf8')]),
  )
  const newEngine = () =>
    engineGlue.SchemaEngine.new(
      { datamodels: datamodels.length > 0 ? datamodels : undefined },
      () => {},
      bindMigrationAwareSqlAdapterFactory(adapter.factory),
    )
  for await (const line of createInterface({ input: process.stdin })) {
    if (line.trim() !== '') await answer(JSON.parse(line), { adapter, newEngine })
  }
}

function readFlag(/** @type {readonly string[]} */ args, /** @type {string} */ flag) {
  return args.flatMap((arg, index) => (arg === flag ? [args[index + 1] ?? ''] : []))
}

/** `schema-engine cli can-connect-to-database`, and create-database: the database is there before the CLI starts. */
async function checkConnection(/** @type {import('./migration-adapter.ts').MigrationAdapter} */ adapter) {
  try {
    const connection = await adapter.factory.connect()
    await connection.queryRaw({ sql: 'SELECT 1', args: [], argTypes: [] })
    await adapter.release()
  } catch (error) {
    reportAndExit(error instanceof Error ? error.message : String(error), 'P1001')
  }
}

function reportAndExit(/** @type {string} */ message, /** @type {string | null} */ code = null) {
  const fields = { message, error_code: code }
  process.stderr.write(
    `${JSON.stringify({ timestamp: new Date().toISOString(), level: 'ERROR', target: 'schema_engine::logger', fields })}\n`,
    () => process.exit(1),
  )
}

function loadEngine() {
  // Where the engine leaves its last words. Without it a panic is silent, and the CLI ends as if all were well.
  Object.assign(globalThis, { PRISMA_WASM_PANIC_REGISTRY: { set_message: reportAndExit } })
  const file = fileURLToPath(
    new URL('./schema_engine_bg.wasm', import.meta.resolve('@prisma/schema-engine-wasm')),
  )
  // The types know the global only together with those of a browser, which we leave out.
  const { Module, Instance } = /** @type {Record<string, any>} */ (globalThis).WebAssembly
  const { exports } = new Instance(new Module(readFileSync(file)), { './schema_engine_bg.js': engineGlue })
  engineGlue.__wbg_set_wasm(exports)
  exports.__wbindgen_start()
}

/**
 * @param {EngineRequest} request
 * @param {{ adapter: import('./migration-adapter.ts').MigrationAdapter, newEngine: () => Promise<SchemaEngine> }} parts
 */
async function answer({ id, method, params }, { adapter, newEngine }) {
  // One engine for each request, so that its session, and the advisory lock on it, is given back in between.
  const engine = await newEngine()
  try {
    const result = await call(engine, method, params)
    if (method === 'diff' && result?.stdout)
      send({ method: 'print', id: 0, params: { content: result.stdout } })
    send({ id, result: result ?? {} })
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error)
    const code = error instanceof Error && 'code' in error ? error.code : null
    const data = { is_panic: false, message, meta: null, error_code: code }
    send({
      id,
      error: {
        code: rpcUserFacingError,
        message: 'An error happened. Check the data field for details.',
        data,
      },
    })
  } finally {
    engine.free()
    await adapter.release()
  }
}

function send(/** @type {object} */ message) {
  process.stdout.write(`${JSON.stringify({ jsonrpc: '2.0', ...message })}\n`)
}

/** Two methods need a shadow database that the WebAssembly build doesn't hand them; both come out of diff() as well. */
async function call(
  /** @type {SchemaEngine} */ engine,
  /** @type {string} */ method,
  /** @type {EngineRequest['params']} */ params,
) {
  switch (method) {
    case 'ensureConnectionValidity':
    case 'createDatabase':
      return {}
    case 'getDatabaseVersion':
      return engine.version()
    case 'evaluateDataLoss':
      return evaluateDataLoss(await writeScript(engine, params))
    case 'createMigration':
      return createMigration(await writeScript(engine, params), params)
    default:
      return /** @type {Record<string, any>} */ (/** @type {unknown} */ (engine))[method](params)
  }
}

async function writeScript(
  /** @type {SchemaEngine} */ engine,
  /** @type {Authoring} */ { migrationsList, schema, filters },
) {
  // Before the first migration there is no migration_lock.toml, without which diff() doesn't know the database.
  const { lockfile } = migrationsList
  const withProvider = { ...lockfile, content: lockfile.content ?? 'provider = "postgresql"\n' }
  const request = {
    from: { tag: 'migrations', ...migrationsList, lockfile: withProvider },
    to: { tag: 'schemaDatamodel', ...schema },
    script: true,
    exitCode: null,
    filters,
    shadowDatabaseUrl: null,
  }
  const { stdout } = await engine.diff(/** @type {Parameters<SchemaEngine['diff']>[0]} */ (request))
  return stdout ?? ''
}

function evaluateDataLoss(/** @type {string} */ sql) {
  const statements = sql.split(/;\s*$/m).filter((statement) => risky.test(statement))
  return {
    migrationSteps: withoutComments(sql) === '' ? 0 : 1,
    unexecutableSteps: [],
    warnings: statements.map((statement) => ({
      message: `May lose data or fail on existing rows: ${withoutComments(statement)}`,
      stepIndex: 0,
    })),
  }
}

function createMigration(/** @type {string} */ sql, /** @type {Authoring} */ { migrationName, draft }) {
  const stamp = new Date().toISOString().replace(/[-:T]/g, '').slice(0, 14)
  return {
    connectorType: 'postgresql',
    extension: 'sql',
    generatedMigrationName: `${stamp}_${migrationName}`,
    migrationScript: withoutComments(sql) === '' && !draft ? null : sql,
  }
}

function withoutComments(/** @type {string} */ sql) {
  return sql.replace(/^--.*$/gm, '').trim()
}
