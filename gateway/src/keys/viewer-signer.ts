/** Signs viewers for the subgraphs and keeps each signature for a while, well within its life. */
import { signViewer, type Viewer, type ViewerKey } from '@souk/contracts'
import { boundedMap } from '../planner/bounded-map.ts'

export type SignViewer = (viewer: Viewer) => Promise<string>

export function createViewerSigner(key: ViewerKey, now: () => Date, viewersCachedMax: number): SignViewer {
  const signed = boundedMap<{ readonly token: Promise<string>; readonly signedAtMs: number }>({
    sizeMax: viewersCachedMax,
  })
  return async (viewer) => {
    const id = JSON.stringify(viewer)
    const at = now()
    const known = signed.get(id)
    const age = known === undefined ? Number.POSITIVE_INFINITY : at.getTime() - known.signedAtMs
    if (known !== undefined && age >= 0 && age < reusedMs) return await known.token
    const token = signViewer(viewer, key, at)
    signed.set(id, { token, signedAtMs: at.getTime() })
    return await token
  }
}

// A signature lives for 60 s and a request for 30 s: reused for 20 s, it still outlives the request that takes it last.
const reusedMs = 20_000
