/** Rules that concern several variables at once; their faults are told together with those of single ones. */
import type { ConfigFault } from './config.ts'

type Values = Readonly<Record<string, unknown>>

const given = (values: Values, name: string) => values[name] !== undefined
const anyDirectory = new Set(['common', 'organizations', 'consumers'])
/** The same, written as an issuer. */
const anyDirectoryIssuer = /^https:\/\/login\.microsoftonline\.com\/(common|organizations|consumers)(\/|$)/i
const loopback = /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/
const addresses = [
  'OIDC_ISSUER',
  'OIDC_REDIRECT_URI',
  'OIDC_GRAPH_URL',
  'GITHUB_BASE_URL',
  'GITHUB_API_URL',
  'SLACK_API_URL',
  'PAGERDUTY_EVENTS_URL',
  'JIRA_BASE_URL',
] as const

/** Every fault of the values taken together, in the order a reader would mend them. */
export function faultsOfWhole(values: Values): ConfigFault[] {
  return [
    ...signInByProvider(values),
    ...github(values),
    ...jira(values),
    ...testLogin(values),
    ...firstAdmin(values),
    ...plainAddresses(values),
  ]
}

function signInByProvider(values: Values): ConfigFault[] {
  if (values.AUTH_METHOD !== 'oidc') return []
  const faults: ConfigFault[] = []
  const missing = (name: string, expected: string) => faults.push({ name, problem: 'missing', expected })
  if (!given(values, 'OIDC_TENANT_ID') && !given(values, 'OIDC_ISSUER'))
    missing(
      'OIDC_TENANT_ID',
      'required by AUTH_METHOD=oidc: the directory (tenant) ID, or OIDC_ISSUER of another provider',
    )
  for (const name of ['OIDC_CLIENT_ID', 'OIDC_CLIENT_SECRET', 'OIDC_REDIRECT_URI'])
    if (!given(values, name))
      missing(name, 'required by AUTH_METHOD=oidc; the identity provider shows it with the registered application')
  const many = anyDirectory.has(String(values.OIDC_TENANT_ID)) || anyDirectoryIssuer.test(String(values.OIDC_ISSUER))
  if (many && !given(values, 'OIDC_ALLOWED_TENANTS'))
    missing(
      'OIDC_ALLOWED_TENANTS',
      'required where every directory may answer (`common`, `organizations`): without it anybody with an account at the provider could sign in',
    )
  return faults
}

function github(values: Values): ConfigFault[] {
  const pair = ['GITHUB_CLIENT_ID', 'GITHUB_CLIENT_SECRET'] as const
  const missing = pair.filter((name) => !given(values, name))
  if (missing.length !== 1) return []
  return [
    { name: missing[0]!, problem: 'missing', expected: 'GITHUB_CLIENT_ID and GITHUB_CLIENT_SECRET are given together' },
  ]
}

function jira(values: Values): ConfigFault[] {
  const names = ['JIRA_BASE_URL', 'JIRA_EMAIL', 'JIRA_API_TOKEN'] as const
  const missing = names.filter((name) => !given(values, name))
  if (missing.length === names.length) return []
  const expected = 'JIRA_BASE_URL, JIRA_EMAIL and JIRA_API_TOKEN are given together'
  return missing.map((name) => ({ name, problem: 'missing', expected }))
}

/** It signs anybody in, so it is refused at the start and not merely unused. */
function testLogin(values: Values): ConfigFault[] {
  if (!values.ALLOW_TEST_LOGIN || values.NODE_ENV === 'development' || values.NODE_ENV === 'test') return []
  const problem = `not allowed with NODE_ENV=${values.NODE_ENV}`
  return [{ name: 'ALLOW_TEST_LOGIN', problem, expected: 'remove it, or say NODE_ENV=development or NODE_ENV=test' }]
}

function firstAdmin(values: Values): ConfigFault[] {
  const pair = ['DAYTWO_ADMIN_EMAIL', 'DAYTWO_ADMIN_PASSWORD'] as const
  const missing = pair.filter((name) => !given(values, name))
  if (missing.length !== 1) return []
  const expected = 'DAYTWO_ADMIN_EMAIL and DAYTWO_ADMIN_PASSWORD are given together'
  return [{ name: missing[0]!, problem: 'missing', expected }]
}

/** Codes and secrets travel to these. */
function plainAddresses(values: Values): ConfigFault[] {
  return addresses.flatMap((name) => {
    const url = given(values, name) ? new URL(String(values[name])) : undefined
    if (url?.protocol !== 'http:' || loopback.test(url.hostname)) return []
    return [
      { name, problem: `plain http (found "${values[name]}")`, expected: 'https, unless it is this very machine' },
    ]
  })
}
