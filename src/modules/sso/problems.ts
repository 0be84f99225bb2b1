/** Every way in which signing in elsewhere can fail; the console shows title and remedy of the one that a callback names. */
import { defineProblem } from '#kernel/errors/index.ts'

export const notOffered = defineProblem({
  slug: 'sso/not-offered',
  title: 'This way of signing in is not offered here',
  status: 404,
  remedy:
    'Sign in another way. Whoever runs the installation offers it with AUTH_METHOD=oidc and the OIDC_* variables, or with GITHUB_CLIENT_ID and GITHUB_CLIENT_SECRET.',
})

export const flowLost = defineProblem({
  slug: 'sso/flow-lost',
  title: 'This sign-in was not begun in this browser, or was begun too long ago',
  status: 400,
  retryable: true,
  remedy:
    'Begin again from the sign-in page, in one tab, and finish within 10 minutes. Cookies must be allowed, and the address of this console must be the one of OIDC_REDIRECT_URI.',
})

export const declined = defineProblem({
  slug: 'sso/declined',
  title: 'The identity provider did not let you in',
  status: 403,
  remedy:
    'Sign in again and agree to what is asked. If you were not asked, an administrator of the identity provider must assign you to this application or consent to it.',
})

export const providerError = defineProblem({
  slug: 'sso/provider-error',
  title: 'The identity provider reported an error',
  status: 502,
  retryable: true,
  remedy:
    'Try again. If it stays, look in the application log for the specific OAuth error, under the request id, and check OIDC_CLIENT_ID, OIDC_CLIENT_SECRET and OIDC_TENANT_ID.',
})

export const issuerUnreachable = defineProblem({
  slug: 'sso/issuer-unreachable',
  title: 'The identity provider cannot be reached',
  status: 502,
  retryable: true,
  remedy:
    'Try again. If it stays: check OIDC_TENANT_ID (or OIDC_ISSUER), that this machine may connect there ("daytwo doctor" tells), and that an address in a private network is listed in DIAL_ALLOW. Platform administrators can sign in with their password meanwhile.',
})

export const issuerMismatch = defineProblem({
  slug: 'sso/issuer-mismatch',
  title: 'Another identity provider answered than the one configured',
  status: 502,
  remedy:
    'Make OIDC_TENANT_ID (or OIDC_ISSUER) exactly the `issuer` of the discovery document of the identity provider, with the directory ID and not its domain.',
})

export const clientRefused = defineProblem({
  slug: 'sso/client-refused',
  title: 'The identity provider does not accept this application',
  status: 502,
  remedy:
    'Verify that OIDC_CLIENT_ID, OIDC_CLIENT_SECRET and OIDC_TENANT_ID are those of the registered application (for GitHub: GITHUB_CLIENT_ID and GITHUB_CLIENT_SECRET). In Entra the value of a client secret is shown once, when it is made, and it expires: make a new one under Certificates & secrets.',
})

export const redirectMismatch = defineProblem({
  slug: 'sso/redirect-mismatch',
  title: 'The redirect URI is not the registered one',
  status: 502,
  remedy:
    'Make the redirect URI at the identity provider (in Azure: App registrations → Authentication) equal OIDC_REDIRECT_URI exactly: scheme, host, port, path and trailing slash. For GitHub it is `<API_BASE_URL>/auth/github/callback`.',
})

export const codeRefused = defineProblem({
  slug: 'sso/code-refused',
  title: 'The identity provider did not accept the answer it gave your browser',
  status: 401,
  retryable: true,
  remedy:
    'Begin again from the sign-in page. If it stays, verify that OIDC_REDIRECT_URI equals the registered redirect URI and look in the application log for the specific OAuth error.',
})

export const tokenInvalid = defineProblem({
  slug: 'sso/token-invalid',
  title: 'What the identity provider says about you did not stand up to checking',
  status: 401,
  remedy:
    'Begin again from the sign-in page. If it stays, the application log names the check that failed: signature, issuer, audience (OIDC_CLIENT_ID), time (the clock of this machine) or nonce.',
})

export const wrongDirectory = defineProblem({
  slug: 'sso/wrong-directory',
  title: 'Accounts of your directory may not sign in here',
  status: 403,
  remedy:
    'Sign in with an account of an allowed directory. Whoever runs the installation lists them in OIDC_ALLOWED_TENANTS.',
})

export const noGroups = defineProblem({
  slug: 'sso/no-groups',
  title: 'The identity provider did not say which groups you are in',
  status: 403,
  remedy:
    'Ask to be added to a group that has a role here. If nobody can sign in: in Azure, under Token configuration, add a Groups claim with Security groups, and check that OIDC_GROUP_CLAIM names it.',
})

export const groupsUnavailable = defineProblem({
  slug: 'sso/groups-unavailable',
  title: 'You are in too many groups for one token, and the list of them could not be read',
  status: 502,
  retryable: true,
  remedy:
    'Try again. If it stays: in Azure, under API permissions, grant User.Read (delegated) with admin consent, check OIDC_GRAPH_URL, or restrict the Groups claim to groups assigned to the application.',
})

export const noRole = defineProblem({
  slug: 'sso/no-role',
  title: 'None of your groups has a role here',
  status: 403,
  remedy:
    'Ask an administrator to add you to a group that has one, or to map one of your groups under Admin → OIDC Mappings. You are signed in at the identity provider, but not here.',
})

export const noEmail = defineProblem({
  slug: 'sso/no-email',
  title: 'The identity provider did not tell a usable e-mail address',
  status: 403,
  remedy:
    'Entra ID: fill in the e-mail of the account, or add the optional claim `email` under Token configuration. GitHub: verify your primary e-mail address.',
})

export const emailNotVerified = defineProblem({
  slug: 'sso/email-not-verified',
  title: 'Your account there cannot be joined with an account here',
  status: 403,
  remedy:
    "The identity provider must vouch for the e-mail address: in Azure add the optional claim `xms_edov` (or another provider's `email_verified`), and let the setting sso.link_verified_email stay on. Otherwise ask an administrator.",
})

export const noAccount = defineProblem({
  slug: 'sso/no-account',
  title: 'Nobody here signs in with this account',
  status: 403,
  remedy:
    'Ask an administrator to invite the primary verified e-mail address of the account, then accept the invitation and sign in again. Platform administrators sign in another way.',
})

export const accountDisabled = defineProblem({
  slug: 'sso/account-disabled',
  title: 'This account is disabled here',
  status: 403,
  remedy: 'Ask an administrator of this installation.',
})

export const mappingExists = defineProblem({
  slug: 'sso/mapping-exists',
  title: 'The group has another role there already',
  status: 409,
  remedy: 'Delete the other mapping first: a group has one role in a tenant, and one on the platform.',
})

export const all = [
  notOffered,
  flowLost,
  declined,
  providerError,
  issuerUnreachable,
  issuerMismatch,
  clientRefused,
  redirectMismatch,
  codeRefused,
  tokenInvalid,
  wrongDirectory,
  noGroups,
  groupsUnavailable,
  noRole,
  noEmail,
  emailNotVerified,
  noAccount,
  accountDisabled,
  mappingExists,
]
