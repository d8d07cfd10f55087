/** Compiles an operation once per document: parse, validate, graphql-jit; plain graphql where the JIT can't. */
import {
  type DocumentNode,
  execute,
  type ExecutionResult,
  type GraphQLError,
  type GraphQLSchema,
  parse,
  validate,
} from 'graphql'
import { compileQuery, isCompiledQuery } from 'graphql-jit'

export type CompiledOperation = (
  context: unknown,
  variables: Readonly<Record<string, unknown>>,
) => Promise<ExecutionResult> | ExecutionResult

/** Operations come from the gateway's plans and from other subgraphs: few, and the same again and again. */
const operationsMax = 2_000

export function operationCompiler(
  schema: GraphQLSchema,
): (query: string, operationName?: string) => CompiledOperation {
  const compiled = new Map<string, CompiledOperation>()
  return (query, operationName) => {
    const key = operationName === undefined ? query : `${operationName}\n${query}`
    const known = compiled.get(key)
    if (known) return known
    const operation = compile(schema, readDocument(schema, query), operationName)
    const oldest = compiled.size >= operationsMax ? compiled.keys().next().value : undefined
    if (oldest !== undefined) compiled.delete(oldest)
    compiled.set(key, operation)
    return operation
  }
}

/** The document is no operation of this schema; `errors` says why, as GraphQL does. */
export class InvalidDocument extends Error {
  override readonly name = 'InvalidDocument'
  readonly errors: readonly GraphQLError[]

  constructor(errors: readonly GraphQLError[]) {
    super('The document is not valid here.')
    this.errors = errors
  }
}

/** Parsed and valid, or an error that says why not. */
export function readDocument(schema: GraphQLSchema, query: string): DocumentNode {
  const document = parse(query)
  const problems = validate(schema, document)
  if (problems.length > 0) throw new InvalidDocument(problems)
  return document
}

function compile(
  schema: GraphQLSchema,
  document: DocumentNode,
  operationName: string | undefined,
): CompiledOperation {
  const compiled = compileQuery(schema, document, operationName)
  if (isCompiledQuery(compiled)) return (context, variables) => compiled.query(undefined, context, variables)
  return (contextValue, variableValues) =>
    execute({ schema, document, operationName, contextValue, variableValues })
}
