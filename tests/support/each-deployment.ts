/** Runs a flow in both deployments: every claim about a flow holds embedded and as separate services. */
import { afterAll, beforeAll, describe } from 'vitest'
import { deployments, openPlatform, type Platform, type PlatformOptions } from './platform.ts'

/** `eachDeployment('C2 a shop offer is sold in the app', (souk) => { test('…', async () => { await souk().as(…) }) })` */
export function eachDeployment(
  flow: string,
  define: (souk: () => Platform) => void,
  options: PlatformOptions = {},
): void {
  describe.each(deployments)(`${flow} (%s)`, (deployment) => {
    let platform: Platform
    beforeAll(async () => {
      platform = await openPlatform(deployment, options)
    })
    afterAll(async () => {
      await platform.close()
    })
    define(() => platform)
  })
}
