/** Outcome of a command: what was done, or why the business refused it. Refusals are values, never thrown. */

/** A refusal as the schema shows it: a member of the mutation's result union that implements `Refusal`. */
export type Refusal<Name extends string = string> = {
  readonly __typename: Name
  readonly code: string
  readonly message: string
}

export type Outcome<Value, R extends Refusal = Refusal> =
  | { readonly ok: true; readonly value: Value }
  | { readonly ok: false; readonly refusal: R }

export const done = <Value>(value: Value): { readonly ok: true; readonly value: Value } => ({
  ok: true,
  value,
})

/** `refuse({ __typename: 'OutOfStock', code: 'OUT_OF_STOCK', message: 'Only 2 are left.', skuId, available: 2 })` */
export const refuse = <R extends Refusal>(refusal: R): { readonly ok: false; readonly refusal: R } => ({
  ok: false,
  refusal,
})

/** The member of a result union: the refusal itself, or the value under the name of its payload type. */
export function toResultUnion<Value, R extends Refusal, Payload extends object>(
  outcome: Outcome<Value, R>,
  payload: (value: Value) => Payload & { readonly __typename: string },
): R | (Payload & { readonly __typename: string }) {
  return outcome.ok ? payload(outcome.value) : outcome.refusal
}
