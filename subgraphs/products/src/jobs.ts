/** Scheduled work: held stock goes back when its time is over. */
import type { Jobs } from '@souk/kit'
import type { Modules } from './modules.ts'

export const jobs: Jobs<Modules> = {
  'release-expired-holds': {
    cron: '* * * * *',
    run: async ({ modules, logger }) => {
      const ended = await modules.stock.expire()
      if (ended > 0) logger.info({ holds: ended }, 'expired holds gave their stock back')
    },
  },
}
