/** Which operations metrics tell apart: clients choose the names, so only so many of them, and only those that a manifest has if there is one. */

export type OperationNames = { readonly labelFor: (name: string | undefined, isTrusted: boolean) => string }

export type OperationNamesOptions = {
  readonly namesMax: number
  /** Then nobody else's names are taken. */
  readonly onlyTrusted: boolean
}

const unnamedLabel = '(unnamed)'
export const otherLabel = '(other)'

export function createOperationNames({ namesMax, onlyTrusted }: OperationNamesOptions): OperationNames {
  const known = new Set<string>()
  return {
    labelFor(name, isTrusted) {
      if (name === undefined) return unnamedLabel
      if (known.has(name)) return name
      // A name can have as many characters as a document.
      if ((onlyTrusted && !isTrusted) || known.size >= namesMax || name.length > nameCharactersMax)
        return otherLabel
      known.add(name)
      return name
    },
  }
}

const nameCharactersMax = 100
