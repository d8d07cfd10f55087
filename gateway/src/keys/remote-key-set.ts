/** The keys that clients' tokens are signed with, from where they are published: kept, loaded again in time, and kept while they can't be. */
import { createLocalJWKSet, errors, type JSONWebKeySet, type JWTVerifyGetKey } from 'jose'

export type KeySetLimits = {
  /** After which the set is loaded again, beside the requests. */
  readonly jwksFreshMs: number
  /** Between two loads because of a key that is not in the set: anybody can name one. */
  readonly jwksCooldownMs: number
  /** For which a set is used that can't be loaded again. */
  readonly jwksStaleMsMax: number
}

export type RemoteKeySetOptions = {
  readonly url: URL
  readonly limits: KeySetLimits
  readonly monotonicMs: () => number
}

/** What the function throws is a `JOSEError` about the token, or a `KeySetUnavailable`. */
export function remoteKeySet({ url, limits, monotonicMs }: RemoteKeySetOptions): JWTVerifyGetKey {
  let held: { readonly getKey: JWTVerifyGetKey; readonly loadedAtMs: number } | undefined
  let loading: Promise<void> | undefined
  let failed: { readonly error: KeySetUnavailable; readonly atMs: number } | undefined
  let searchedAtMs = Number.NEGATIVE_INFINITY
  return async (header, token) => {
    const getKey = await currentKeys()
    try {
      return await getKey(header, token)
    } catch (error) {
      if (!(error instanceof errors.JWKSNoMatchingKey) || !(await searchAgain())) throw error
      return await (held?.getKey ?? getKey)(header, token)
    }
  }

  async function currentKeys(): Promise<JWTVerifyGetKey> {
    const ageMs = held === undefined ? Number.POSITIVE_INFINITY : monotonicMs() - held.loadedAtMs
    if (held === undefined || ageMs > limits.jwksStaleMsMax) await load()
    // Nobody waits for it, and who can't be told that it failed keeps what there is.
    else if (ageMs > limits.jwksFreshMs) load().catch(() => undefined)
    if (held === undefined) throw new KeySetUnavailable(`${url.href} gave no key set.`)
    return held.getKey
  }

  /** False if the key was looked for a moment ago. */
  async function searchAgain(): Promise<boolean> {
    const nowMs = monotonicMs()
    if (loading === undefined && nowMs - searchedAtMs < limits.jwksCooldownMs) return false
    searchedAtMs = nowMs
    // A set that can't be loaded now is the one that there is: the token is told that its key is not known.
    return await load().then(
      () => true,
      () => false,
    )
  }

  function load(): Promise<void> {
    if (loading !== undefined) return loading
    if (failed !== undefined && monotonicMs() - failed.atMs < retryMs) return Promise.reject(failed.error)
    loading = loadKeys(url)
      .then(
        (getKey) => {
          held = { getKey, loadedAtMs: monotonicMs() }
          failed = undefined
        },
        (cause: unknown) => {
          const reason = cause instanceof Error ? cause.message : String(cause)
          const error = new KeySetUnavailable(`${url.href} could not be loaded: ${reason}`, { cause })
          failed = { error, atMs: monotonicMs() }
          throw error
        },
      )
      .finally(() => (loading = undefined))
    return loading
  }
}

export class KeySetUnavailable extends Error {}

// Requests that come while there is no set at all don't ask for it more often than this.
const retryMs = 1_000

async function loadKeys(url: URL): Promise<JWTVerifyGetKey> {
  const response = await fetch(url, {
    headers: { accept: 'application/jwk-set+json, application/json' },
    // Whoever moves the keys elsewhere says so in the settings.
    redirect: 'error',
    signal: AbortSignal.timeout(loadMsMax),
  })
  if (response.status !== 200) throw new Error(`It answered with status ${response.status}.`)
  return createLocalJWKSet(JSON.parse(await readText(response)) as JSONWebKeySet)
}

const loadMsMax = 5_000

async function readText({ body }: Response): Promise<string> {
  const chunks: Uint8Array[] = []
  let bytes = 0
  for await (const chunk of body ?? []) {
    bytes += chunk.byteLength
    if (bytes > bytesMax) throw new Error(`It answered with more than ${bytesMax} bytes.`)
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString('utf8')
}

// A hundred times what a set of keys has that is in use.
const bytesMax = 1_000_000
