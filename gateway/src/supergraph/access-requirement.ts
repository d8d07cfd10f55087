/** One rule of access, as a directive says it. */

/** Every requirement has to hold. `scopes` and `policies` are any-of lists of all-of; without either, signing in is enough. */
export type AccessRequirement = {
  readonly scopes?: readonly (readonly string[])[]
  readonly policies?: readonly (readonly string[])[]
}
