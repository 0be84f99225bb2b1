/** What the doctor asks of second factors: whether those there are can still be checked. */
import type { DoctorCheck } from '#kernel/doctor/index.ts'
import { Problem } from '#kernel/errors/index.ts'
import type { Deps } from './deps.ts'
import { totpUnreadable } from './problems.ts'
import { totpSecrets } from './queries.ts'
import { openSecret } from './totp-secret.ts'

export const secondFactorChecks = (deps: Pick<Deps, 'database' | 'key'>): DoctorCheck[] => [
  {
    name: 'people.second-factors',
    summary: 'Codes of authenticator apps can be checked',
    async check() {
      const kept = await deps.database.platformTx('secrets of authenticator apps', (tx) =>
        tx.rows(totpSecrets, undefined),
      )
      const lost = kept.filter((row) => !isReadable(deps, row))
      if (lost.length === 0)
        return [{ level: 'ok', finding: `Authenticator apps connected: ${kept.length}; all can be checked.` }]
      return [
        {
          level: 'fault',
          finding: `${lost.length} of ${kept.length} authenticator apps cannot be checked, for their secrets were sealed under another APP_KEY; their people cannot sign in with a code.`,
          fix: 'Start with the APP_KEY of before. If it is lost: a recovery code or a passkey still signs in, and the app is then removed and connected anew in Account; for who has neither, run "daytwo person:remove-second-factors --email <address>".',
        },
      ]
    },
  },
]

function isReadable(deps: Pick<Deps, 'key'>, { personId, secret }: { personId: string; secret: Buffer }): boolean {
  try {
    openSecret(deps, secret, personId)
    return true
  } catch (error) {
    if (error instanceof Problem && error.type === totpUnreadable) return false
    throw error
  }
}
