/** Variables of how people sign in: passwords, an identity provider, GitHub. */
import { z } from 'zod'
import { flag, secretText, text, url } from './values.ts'

export const signInVariables = [
  {
    name: 'AUTH_METHOD',
    group: 'sign-in',
    summary:
      'How people sign in: `database` (e-mail and password), or `oidc` (an identity provider; passwords then are for platform administrators only).',
    schema: z.enum(['database', 'oidc']),
    default: 'database',
  },
  {
    name: 'OIDC_TENANT_ID',
    group: 'sign-in',
    summary: 'Entra ID tenant (directory) ID, or `common` or `organizations` together with `OIDC_ALLOWED_TENANTS`.',
    schema: text.regex(
      /^[A-Za-z0-9.-]{1,100}$/,
      'expected the id or a domain of a directory, `common` or `organizations`',
    ),
  },
  {
    name: 'OIDC_ALLOWED_TENANTS',
    group: 'sign-in',
    summary:
      'Comma-separated directory IDs whose people may sign in; needed with `OIDC_TENANT_ID=common` or `organizations`.',
    schema: text.regex(
      /^\s*[0-9a-fA-F-]{36}(\s*,\s*[0-9a-fA-F-]{36})*\s*$/,
      'expected directory IDs (GUIDs), separated by commas',
    ),
  },
  {
    name: 'OIDC_ISSUER',
    group: 'sign-in',
    summary:
      'Issuer of any other identity provider, exactly as its discovery document says; by default `https://login.microsoftonline.com/<OIDC_TENANT_ID>/v2.0`.',
    schema: url(['https', 'http']),
  },
  {
    name: 'OIDC_CLIENT_ID',
    group: 'sign-in',
    summary: 'Application (client) ID at the identity provider.',
    schema: text.min(1),
  },
  {
    name: 'OIDC_CLIENT_SECRET',
    group: 'sign-in',
    summary: 'Client secret at the identity provider.',
    schema: secretText(1),
    secret: true,
  },
  {
    name: 'OIDC_REDIRECT_URI',
    group: 'sign-in',
    summary: 'Callback address, exactly as registered there: `https://<this instance>/auth/social/callback`.',
    schema: url(['https', 'http']),
  },
  {
    name: 'OIDC_GROUP_CLAIM',
    group: 'sign-in',
    summary: "Claim that holds a person's groups.",
    schema: text.min(1),
    default: 'groups',
  },
  {
    name: 'OIDC_LABEL',
    group: 'sign-in',
    summary: 'What the sign-in button calls the identity provider.',
    schema: text.min(1).max(60),
    default: 'Microsoft Entra ID',
  },
  {
    name: 'OIDC_GRAPH_URL',
    group: 'sign-in',
    summary: 'Where the groups of a person are asked for who has too many for a token (group overage).',
    schema: url(['https', 'http']),
    default: 'https://graph.microsoft.com/v1.0',
  },
  {
    name: 'GITHUB_CLIENT_ID',
    group: 'sign-in',
    summary: 'Client ID of a GitHub OAuth app; with its secret, people may sign in with GitHub.',
    schema: text.min(1),
  },
  {
    name: 'GITHUB_CLIENT_SECRET',
    group: 'sign-in',
    summary: 'Client secret of the GitHub OAuth app.',
    schema: secretText(1),
    secret: true,
  },
  {
    name: 'GITHUB_BASE_URL',
    group: 'sign-in',
    summary: 'Where GitHub is, for a GitHub Enterprise Server.',
    schema: url(['https', 'http']),
    default: 'https://github.com',
  },
  {
    name: 'GITHUB_API_URL',
    group: 'sign-in',
    summary: "Where GitHub's API is.",
    schema: url(['https', 'http']),
    default: 'https://api.github.com',
  },
  {
    name: 'ALLOW_TEST_LOGIN',
    group: 'sign-in',
    summary: 'Opens `POST /auth/test-login`, which signs anybody in by their e-mail address; refused in production.',
    schema: flag,
    default: 'false',
  },
] as const
