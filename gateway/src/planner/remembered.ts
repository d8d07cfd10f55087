/** Reads what a name stands for once. */

export function remembered<Result>(read: (name: string) => Result): (name: string) => Result {
  const known = new Map<string, Result>()
  return (name) => {
    const found = known.get(name)
    if (found !== undefined || known.has(name)) return found as Result
    const result = read(name)
    known.set(name, result)
    return result
  }
}
