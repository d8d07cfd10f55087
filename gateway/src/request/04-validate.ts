/** Step 4: the document fits the schema, its size is allowed, and its variables have values of their types. */
import { duringSpan } from '@souk/contracts'
import {
  type DocumentNode,
  getOperationAST,
  type GraphQLError,
  type GraphQLSchema,
  Kind,
  type OperationDefinitionNode,
  specifiedRules,
  validate as validateGraphQL,
} from 'graphql'
import { getVariableValues } from 'graphql/execution/values.js'
import { refuseRequest } from '../errors.ts'
import { conditionVariables } from '../planner/select-fields.ts'
import { holdsMore, limitLiterals, limitVariables } from '../policy/limit-input.ts'
import { limitOperation, type OperationLimits } from '../policy/limit-operation.ts'
import type { Delivery } from './answer.ts'
import type { ParsedDocument, ValidOperation } from './operation.ts'
import { refuseConditionalSource } from './refuse-conditional-source.ts'
import { deferRules } from './validate-defers.ts'
import type { GraphQLRequest } from './wire.ts'

export type Validation = {
  readonly schema: GraphQLSchema
  /** Documents that were found valid for this schema. */
  readonly valid: WeakSet<DocumentNode>
  readonly limits: OperationLimits & { readonly validationErrorsMax: number; readonly inputDepthMax: number }
  /** Whoever is not told the schema is not told names that are like the one they tried, either. */
  readonly hidesSuggestions?: boolean
  readonly delivery: Delivery
}

export function validate(
  parsed: ParsedDocument,
  request: GraphQLRequest,
  validation: Validation,
): ValidOperation {
  const { document } = parsed
  const operation = chooseOperation(document, request)
  limitVariables(request.variables, validation.limits.inputDepthMax)
  refuseKind(operation, request, validation)
  limitOperation(document, operation, validation.limits)
  validateDocument(document, validation)
  const variables = coerceVariables(operation, request, validation)
  refuseNullConditions({ document, operation }, variables)
  return { ...parsed, operation, variables }
}

function chooseOperation(document: DocumentNode, { operationName }: GraphQLRequest): OperationDefinitionNode {
  const operation = getOperationAST(document, operationName)
  if (operation) return operation
  const names = document.definitions.flatMap((one) =>
    one.kind === Kind.OPERATION_DEFINITION && one.name ? [one.name.value] : [],
  )
  if (operationName !== undefined) {
    throw refuseRequest(
      'GW_OPERATION_NOT_FOUND',
      `There is no operation ${JSON.stringify(operationName)} in the document.`,
    )
  }
  throw refuseRequest(
    'GW_OPERATION_NOT_FOUND',
    names.length === 0
      ? 'The document has no operation.'
      : `The document has several operations; name one of ${names.join(', ')}.`,
  )
}

function refuseKind(
  { operation }: OperationDefinitionNode,
  { isRead }: GraphQLRequest,
  { schema, delivery }: Pick<Validation, 'schema' | 'delivery'>,
): void {
  if (operation === 'subscription' && !delivery.streams)
    throw refuseRequest(
      'GW_SUBSCRIPTION_NOT_SERVED',
      'A subscription has more than one answer. Accept text/event-stream, or use a WebSocket.',
    )
  // A page's EventSource knows nothing but GET.
  if (isRead && operation === 'mutation')
    throw refuseRequest('GW_METHOD_NOT_ALLOWED', 'GET answers queries only; send a mutation with POST.')
  // graphql-js finds nothing wrong with fields of a type that isn't there.
  if (!schema.getRootType(operation))
    throw refuseRequest('GW_VALIDATION_FAILED', `This graph has no ${operation}.`)
}

function validateDocument(document: DocumentNode, validation: Validation): void {
  const { schema, valid, limits, hidesSuggestions = false } = validation
  if (valid.has(document)) return
  refuseConditionalSource(document)
  limitLiterals(document, limits.inputDepthMax)
  const errors = duringSpan({ name: 'validate' }, () =>
    validateGraphQL(schema, document, [...specifiedRules, ...deferRules], {
      maxErrors: limits.validationErrorsMax,
      hideSuggestions: hidesSuggestions,
    }),
  )
  const wrong = errors.filter(({ message }) => message !== 'Validation aborted.')
  if (wrong.length > 0) throw refuseWith('GW_VALIDATION_FAILED', wrong)
  if (errors.length > 0) throw refuseRepetition()
  valid.add(document)
}

// graphql-js' own limit, which it neither exports nor explains: each field is compared with every other of the same name, in two steps.
const comparisonStepsMax = 500_000

const refuseRepetition = (): Error =>
  refuseRequest(
    'GW_LIMIT_EXCEEDED',
    `The document repeats fields of one name so often that it takes more than ${comparisonStepsMax} steps to see whether they agree. Ask for each field once in a place, and spread each fragment once.`,
    { limit: comparisonStepsMax },
  )

function coerceVariables(
  operation: OperationDefinitionNode,
  { variables }: GraphQLRequest,
  { schema, limits, hidesSuggestions = false }: Validation,
) {
  const { coerced, errors } = getVariableValues(schema, operation.variableDefinitions ?? [], variables, {
    maxErrors: holdsMore(variables, toldWeightMax) ? 1 : limits.validationErrorsMax,
  })
  if (errors !== undefined)
    throw refuseWith('GW_BAD_VARIABLES', hidesSuggestions ? errors.map(withoutSuggestion) : errors)
  return coerced
}

// Each error is written with the whole value that is wrong: twenty of a value of a megabyte took more than a second, and 16 MB.
const toldWeightMax = 10_000

// A default lets a nullable variable into @skip and @include, and null still gets past the default.
function refuseNullConditions(
  { document, operation }: Pick<ValidOperation, 'document' | 'operation'>,
  variables: ValidOperation['variables'],
): void {
  const names = (operation.variableDefinitions ?? []).map(({ variable }) => variable.name.value)
  if (!names.some((name) => variables[name] === null)) return
  const deciding = conditionVariables(document)
  const name = names.find((one) => variables[one] === null && deciding.has(one))
  if (name === undefined) return
  throw refuseRequest(
    'GW_BAD_VARIABLES',
    `Variable "$${name}" decides what is included, so it has to be true or false.`,
  )
}

// graphql-js has an option for that where it validates a document, and none where it reads variables.
const withoutSuggestion = ({
  message,
  locations,
}: GraphQLError): Pick<GraphQLError, 'message' | 'locations'> => ({
  message: message.replace(/ Did you mean .*\?$/s, ''),
  locations,
})

function refuseWith(
  code: 'GW_VALIDATION_FAILED' | 'GW_BAD_VARIABLES',
  errors: readonly Pick<GraphQLError, 'message' | 'locations'>[],
): Error {
  const problems = errors.map(({ message, locations }) => ({ message, locations }))
  return refuseRequest(code, problems[0]?.message ?? 'The operation is not valid.', { problems })
}
