/** Scheduled work: what was decided ahead takes effect in the selection pool when its moment has come. */
import type { Jobs } from '@souk/kit'
import type { CreatorsModules } from './modules.ts'

export const jobs: Jobs<CreatorsModules> = {
  // Plans and locks are exact at any moment without it; only the pool's rows wait for it, a minute at most.
  'refresh-selection-pool': {
    cron: '* * * * *',
    run: ({ modules, clock }) => modules.pool.refreshDue(clock.now()),
  },
}
