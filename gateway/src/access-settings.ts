/** Settings of who is let in and what they may read: tokens, key sets, policies. */
import { z } from 'zod'
import { limit, limitOrNone, type Setting } from './setting.ts'

export const accessSettings = {
  unauthorized: {
    variable: 'SOUK_UNAUTHORIZED',
    allowed:
      'null or refuse: what becomes of a field that the viewer may not read, or of its whole operation (default null)',
    schema: z.enum(['null', 'refuse']).default('null'),
  },
  policiesMsMax: limit('SOUK_POLICIES_MS_MAX', 'milliseconds in which policies are decided', 5_000),
  jwtCharactersMax: limit('SOUK_JWT_CHARACTERS_MAX', 'characters of a token', 8_192, 65_536),
  // Clocks of two machines that are kept in time differ by less; a token that has ended is of use for no longer than this.
  jwtSkewMs: limitOrNone('SOUK_JWT_SKEW_MS', 'milliseconds that clocks may differ by', 5_000, 300_000),
  jwksFreshMs: limit(
    'SOUK_JWKS_FRESH_MS',
    'milliseconds after which a key set is loaded again',
    600_000,
    86_400_000,
  ),
  jwksCooldownMs: limit(
    'SOUK_JWKS_COOLDOWN_MS',
    'milliseconds between two loads of a key set that were not due',
    10_000,
    3_600_000,
  ),
  jwksStaleMsMax: limit(
    'SOUK_JWKS_STALE_MS_MAX',
    'milliseconds for which keys are used while their set can not be loaded',
    3_600_000,
    604_800_000,
  ),
} satisfies Record<string, Setting>
