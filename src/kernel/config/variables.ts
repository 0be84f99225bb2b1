/**
 * Every environment variable daytwo knows, in one table: the schema of the start, and the source of
 * `docs/configuration.md`. A variable is added here and nowhere else.
 */
import { z } from 'zod'
import { outboundVariables } from './outbound-variables.ts'
import { signInVariables } from './sign-in-variables.ts'
import { flag, integer, secretText, text, url } from './values.ts'

export type Variable = {
  readonly name: string
  readonly group: 'server' | 'data' | 'secrets' | 'sign-in' | 'work' | 'integrations' | 'outbound' | 'logs'
  readonly summary: string
  readonly schema: z.ZodType
  /** As a person would write it; shown in the reference. */
  readonly default?: string
  /** Never printed; may also be given as a file named by `<NAME>_FILE`. */
  readonly secret?: boolean
  /** Must be present when `NODE_ENV=production`. */
  readonly requiredInProduction?: boolean
}

const postgresUrl = url(['postgres', 'postgresql'])
const appKey = secretText(32)

export const variables = [
  {
    name: 'NODE_ENV',
    group: 'server',
    summary: 'Runtime environment; `production` requires all secrets to be given.',
    schema: z.enum(['development', 'test', 'production']),
    default: 'development',
  },
  {
    name: 'DAYTWO_ENV',
    group: 'server',
    summary: 'Name of this installation (`staging`, `eu-1`), shown in logs.',
    schema: text.max(40),
    default: 'local',
  },
  { name: 'HOST', group: 'server', summary: 'Address to listen on.', schema: text.min(1), default: '127.0.0.1' },
  {
    name: 'PORT',
    group: 'server',
    summary: 'HTTP port of the API and console.',
    schema: integer(1, 65535),
    default: '3333',
  },
  {
    name: 'WORKER_PORT',
    group: 'server',
    summary: "HTTP port of the worker's probes and metrics.",
    schema: integer(1, 65535),
    default: '3001',
  },
  {
    name: 'API_BASE_URL',
    group: 'server',
    summary: 'Where this instance is reached from outside; used in the webhook addresses shown.',
    schema: url(['http', 'https']),
  },
  {
    name: 'WEB_BASE_URL',
    group: 'server',
    summary: 'Where the console is reached, if it differs from `API_BASE_URL`.',
    schema: url(['http', 'https']),
  },
  {
    name: 'TRUST_PROXY',
    group: 'server',
    summary: 'Comma-separated CIDR list of proxies whose `X-Forwarded-*` headers are believed.',
    schema: text,
  },
  {
    name: 'REQUEST_TIMEOUT_MS',
    group: 'server',
    summary: 'A request not received and answered within this time is ended.',
    schema: integer(1000, 300_000),
    default: '30000',
  },
  {
    name: 'ALLOWED_HOSTS',
    group: 'server',
    summary:
      'Comma-separated further host names this instance answers to, beside those of `API_BASE_URL` and `WEB_BASE_URL`; IP addresses, `localhost` and names without a dot always are.',
    schema: text,
  },
  {
    name: 'RATE_LIMIT_READS',
    group: 'server',
    summary: 'Reading requests a minute of one API key or session. 0 is without limit, here and in the other limits.',
    schema: integer(0, 1_000_000),
    default: '1200',
  },
  {
    name: 'RATE_LIMIT_WRITES',
    group: 'server',
    summary: 'Changing requests a minute of one API key or session.',
    schema: integer(0, 1_000_000),
    default: '300',
  },
  {
    name: 'RATE_LIMIT_TENANT',
    group: 'server',
    summary: 'Requests a minute of all keys and sessions of one tenant.',
    schema: integer(0, 10_000_000),
    default: '6000',
  },
  {
    name: 'RATE_LIMIT_ANONYMOUS',
    group: 'server',
    summary: 'Requests a minute without credentials from one address (IPv4) or /64 (IPv6).',
    schema: integer(0, 1_000_000),
    default: '600',
  },
  {
    name: 'RATE_LIMIT_SIGN_IN',
    group: 'server',
    summary: 'Attempts to sign in a minute from one address or /64, good ones included.',
    schema: integer(0, 1_000_000),
    default: '60',
  },
  {
    name: 'RATE_LIMIT_FAILURES',
    group: 'server',
    summary:
      'Requests a minute with a wrong key or signature from one address or /64; more are answered 429. Good ones from there still pass.',
    schema: integer(0, 1_000_000),
    default: '60',
  },
  {
    name: 'SESSION_DRIVER',
    group: 'server',
    summary: 'Where a browser keeps its session; only `cookie` exists.',
    schema: z.enum(['cookie']),
    default: 'cookie',
  },
  {
    name: 'METRICS_TOKEN',
    group: 'server',
    summary: 'Bearer token that opens `/metrics` of the API; without it `/metrics` is answered on loopback only.',
    schema: secretText(16),
    secret: true,
  },

  {
    name: 'DAYTWO_DATA',
    group: 'data',
    summary: 'Folder of the embedded database, generated secrets, logs and archives.',
    schema: text.min(1),
    default: '.daytwo',
  },
  {
    name: 'DATABASE_URL',
    group: 'data',
    summary: "PostgreSQL ≥ 15 to use in place of the embedded one, as the application's login role.",
    schema: postgresUrl,
    secret: true,
  },
  {
    name: 'DATABASE_MIGRATION_URL',
    group: 'data',
    summary: 'The same database as a role that may create roles; used by `db:setup` and `migration:*` only.',
    schema: postgresUrl,
    secret: true,
  },
  {
    name: 'DATABASE_READ_URL',
    group: 'data',
    summary: 'A replica for metrics and exports; used while its lag is under 30 s.',
    schema: postgresUrl,
    secret: true,
  },
  {
    name: 'DB_HOST',
    group: 'data',
    summary: 'PostgreSQL host, where `DATABASE_URL` is not given.',
    schema: text.min(1),
  },
  { name: 'DB_PORT', group: 'data', summary: 'PostgreSQL port.', schema: integer(1, 65535), default: '5432' },
  { name: 'DB_USER', group: 'data', summary: "The application's login role.", schema: text.min(1), default: 'daytwo' },
  { name: 'DB_PASSWORD', group: 'data', summary: 'Its password.', schema: text, secret: true },
  { name: 'DB_DATABASE', group: 'data', summary: 'Database name.', schema: text.min(1), default: 'daytwo' },
  {
    name: 'DB_SSL',
    group: 'data',
    summary: 'Connect with TLS and verify the certificate.',
    schema: flag,
    default: 'false',
  },
  {
    name: 'DB_POOL_MAX',
    group: 'data',
    summary: 'Connections each process may hold.',
    schema: integer(2, 200),
    default: '10',
  },
  {
    name: 'ARCHIVE_DIR',
    group: 'data',
    summary: 'Folder of the event archives, where no S3 bucket is named; relative to `DAYTWO_DATA`.',
    schema: text.min(1),
    default: 'storage/archive',
  },
  {
    name: 'S3_BUCKET',
    group: 'data',
    summary: 'Bucket of the event archives, in place of `ARCHIVE_DIR`.',
    schema: text.regex(/^[a-z0-9][a-z0-9.-]{1,62}$/, 'expected the name of a bucket'),
  },
  {
    name: 'S3_ENDPOINT',
    group: 'data',
    summary:
      "Address of the S3-compatible store; Amazon's where it is not given. One in a private network must stand in `DIAL_ALLOW` too.",
    schema: url(['http', 'https']),
  },
  { name: 'S3_REGION', group: 'data', summary: 'Region of the bucket.', schema: text.min(1), default: 'us-east-1' },
  {
    name: 'S3_ACCESS_KEY_ID',
    group: 'data',
    summary: 'Access key of the bucket; without one the usual sources of AWS credentials are asked.',
    schema: text.min(1),
  },
  { name: 'S3_SECRET_ACCESS_KEY', group: 'data', summary: 'Its secret.', schema: text.min(1), secret: true },
  {
    name: 'S3_FORCE_PATH_STYLE',
    group: 'data',
    summary: 'Address the bucket in the path, as MinIO and others want it.',
    schema: flag,
    default: 'false',
  },
  {
    name: 'S3_PREFIX',
    group: 'data',
    summary: 'What the names of the archives start with in the bucket.',
    schema: text.regex(/^[A-Za-z0-9._/-]*$/, 'expected letters, digits, `.`, `_`, `-` and `/`'),
    default: 'archive',
  },

  {
    name: 'APP_KEY',
    group: 'secrets',
    summary: "The instance's key; stored secrets and database passwords depend on it. Generate once, keep secret.",
    schema: appKey,
    secret: true,
    requiredInProduction: true,
  },
  {
    name: 'JWT_SECRET',
    group: 'secrets',
    summary:
      'Key from which those that sign access tokens are derived; itself derived from `APP_KEY` when absent. Changing it signs everybody out for as long as a refresh takes.',
    schema: secretText(32),
    secret: true,
  },
  {
    name: 'HMAC_KEY',
    group: 'secrets',
    summary: "Key that anonymises people's identifiers in metrics; derived from `APP_KEY` when absent.",
    schema: secretText(16),
    secret: true,
  },

  {
    name: 'DAYTWO_ADMIN_EMAIL',
    group: 'sign-in',
    summary:
      'E-mail address of the first platform administrator, made at the start when there never was one, in place of the one-time link.',
    schema: z.email('expected an e-mail address').max(254).toLowerCase(),
  },
  {
    name: 'DAYTWO_ADMIN_PASSWORD',
    group: 'sign-in',
    summary: 'Their password; a weak one stops the start. Without effect once there is an administrator.',
    schema: text,
    secret: true,
  },
  ...signInVariables,

  {
    name: 'WORKER_CONCURRENCY',
    group: 'work',
    summary: 'Batches a worker runs beside one another, for each kind of work.',
    schema: integer(1, 32),
    default: '2',
  },

  {
    name: 'GITHUB_WEBHOOK_SECRET',
    group: 'integrations',
    summary: "Secret of the default tenant's GitHub webhook (`/api/v1/webhooks/github`).",
    schema: secretText(1),
    secret: true,
  },
  {
    name: 'JIRA_WEBHOOK_SECRET',
    group: 'integrations',
    summary: "Secret of the default tenant's Jira webhook (`/api/v1/webhooks/jira`).",
    schema: secretText(1),
    secret: true,
  },

  {
    name: 'GITHUB_TOKEN',
    group: 'integrations',
    summary:
      "Token with which GitHub is asked for what its webhooks did not tell the default tenant: classic with `repo` (and `admin:org_hook` for an organisation's webhooks), or fine-grained with read access to metadata, pull requests and webhooks.",
    schema: secretText(1),
    secret: true,
  },
  {
    name: 'GITHUB_ORG',
    group: 'integrations',
    summary:
      'Organisation at GitHub whose repositories are asked for; without it those that are connected, or a source of a stream.',
    schema: text.regex(/^[A-Za-z0-9][A-Za-z0-9-]{0,38}$/, 'expected the name of an organisation'),
  },
  {
    name: 'JIRA_BASE_URL',
    group: 'integrations',
    summary:
      'Where Jira is, for example `https://acme.atlassian.net`; with the two below it is asked for sprints and issues.',
    schema: url(['https', 'http']),
  },
  {
    name: 'JIRA_EMAIL',
    group: 'integrations',
    summary: 'Account of the Jira API token.',
    schema: text.regex(/^[^\s:]{1,254}$/, 'expected an e-mail address'),
  },
  {
    name: 'JIRA_API_TOKEN',
    group: 'integrations',
    summary: 'API token of that account; it needs to see the projects and boards, no more.',
    schema: secretText(1),
    secret: true,
  },

  ...outboundVariables,

  {
    name: 'LOG_LEVEL',
    group: 'logs',
    summary: 'Least severe level written.',
    schema: z.enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace']),
    default: 'info',
  },
  {
    name: 'LOG_DIR',
    group: 'logs',
    summary: 'Folder of the rotated log files `app`, `error`, `access`, `audit`. `-` writes none.',
    schema: text,
    default: '<DAYTWO_DATA>/logs, `-` in production',
  },
] as const satisfies readonly Variable[]
