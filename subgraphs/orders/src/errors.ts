/** The error codes that only the orders subgraph raises; refusals are listed in the README. */
import { ClientError } from '@souk/contracts'

export const ordersErrors = {
  NOTICE_MALFORMED: {
    meaning: 'A notice is signed by the one it names, but its body can not be read.',
    remedy: 'Send the notice as the interface of payment providers and carriers describes it.',
  },
  IMPORT_REJECTED: {
    meaning: 'An imported order or refund breaks a rule. Nothing of the call was written.',
    remedy: 'Leave out or mend the row that the message names.',
  },
  ORDERS_CONFIG_INVALID: {
    meaning: 'A setting of orders has a value that is not allowed. It does not start.',
    remedy: 'Set the variable that the message names.',
  },
} as const

export type OrdersErrorCode = keyof typeof ordersErrors

export const ordersError = (code: OrdersErrorCode, message: string, cause?: unknown): ClientError =>
  new ClientError(code, message, { cause })

export const badInput = (message: string): ClientError => new ClientError('BAD_INPUT', message)

export const keyReused = (key: string, operation: string): ClientError =>
  new ClientError(
    'IDEMPOTENCY_KEY_REUSED',
    `The idempotency key "${key}" was used for another ${operation}. Use a new key.`,
  )

/** Expected at start: whoever starts orders prints the sentence, not the stack. */
export const configInvalid = (message: string): ClientError => ordersError('ORDERS_CONFIG_INVALID', message)
