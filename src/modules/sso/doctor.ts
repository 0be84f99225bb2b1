/** What the doctor asks of signing in elsewhere: the causes that the runbook lists for a sign-in that leads back to the sign-in page. */
import type { Database } from '#kernel/database/index.ts'
import type { Diagnosis, DoctorCheck } from '#kernel/doctor/index.ts'
import { Problem } from '#kernel/errors/index.ts'
import type { OidcClient } from './oidc-client.ts'
import { withinDeadline } from './outbound.ts'
import type { OidcProvider } from './provider.ts'
import { countMappings } from './queries.ts'

const callbackPath = '/auth/social/callback'
const patienceMs = 5000

export const ssoChecks = (
  database: Database,
  baseUrl: string,
  oidc: { provider: OidcProvider; client: OidcClient } | undefined,
): DoctorCheck[] => [
  {
    name: 'sso.oidc',
    summary: 'People can sign in with the identity provider',
    async check() {
      if (!oidc) return [{ level: 'ok', finding: 'AUTH_METHOD is database: no identity provider is asked.' }]
      return [redirectUri(oidc.provider, baseUrl), await reachable(oidc), await administrators(database)]
    },
  },
]

function redirectUri({ redirectUri: given }: OidcProvider, baseUrl: string): Diagnosis {
  const wanted = `${baseUrl.replace(/\/+$/, '')}${callbackPath}`
  if (given === wanted) return { level: 'ok', finding: `The callback is ${given}.` }
  const path = new URL(given).pathname === callbackPath
  return {
    level: path ? 'warning' : 'fault',
    finding: `OIDC_REDIRECT_URI is ${given}, but this instance answers at ${wanted}.`,
    fix: `Set OIDC_REDIRECT_URI=${wanted} and register exactly that at the identity provider, or correct API_BASE_URL.`,
  }
}

async function reachable({ provider, client }: { provider: OidcProvider; client: OidcClient }): Promise<Diagnosis> {
  try {
    await withinDeadline(patienceMs, () => client.discover())
    return { level: 'ok', finding: `The identity provider ${provider.issuer} answers.` }
  } catch (error) {
    if (!(error instanceof Problem)) throw error
    return {
      level: 'fault',
      finding: `${error.type.title} (${provider.issuer}): ${error.message}`,
      fix: error.type.remedy,
    }
  }
}

async function administrators(database: Database): Promise<Diagnosis> {
  const { all, administrators: admins } = (await database.platformTx('check mappings', (tx) =>
    tx.row(countMappings, undefined),
  ))!
  if (admins > 0) return { level: 'ok', finding: `${all} groups are mapped, ${admins} of them to platform_admin.` }
  return {
    level: 'warning',
    finding: `No group is mapped to platform_admin; ${all} groups are mapped at all.`,
    fix: 'Sign in with a password as a platform administrator, open Admin → OIDC Mappings and map the object ID of a group. People without a mapped group are refused.',
  }
}
