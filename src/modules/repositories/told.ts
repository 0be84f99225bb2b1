/** What GitHub's refusals mean, and what helps. Pure, so that each can be shown to have its own text. */
import type { Refusal } from './github-api.ts'

export type Told = { readonly reason: string; readonly remedy: string }

/** GitHub has a webhook of this address there already. */
export const existsAlready = ({ status, said }: Refusal): boolean => status === 422 && /already exists/i.test(said)

const quoted = (said: string) => (said === '' ? '' : `: "${said}"`)

/** For whoever wanted to connect or disconnect a repository. */
export function told(refusal: Refusal): Told {
  const { status, said, singleSignOn } = refusal
  if (singleSignOn)
    return {
      reason: 'The organisation wants single sign-on, and the account has not signed in there for daytwo.',
      remedy: 'Begin again, and authorise the organisation at GitHub when it asks.',
    }
  if (/access restrictions|third-party|approved/i.test(said))
    return {
      reason: 'The organisation lets in only applications that it approved.',
      remedy:
        'Ask an owner of the organisation to approve daytwo there (Settings, Third-party access), then try again.',
    }
  if (/archived|read-only/i.test(said))
    return { reason: 'The repository is archived.', remedy: 'Unarchive it at GitHub first, if it is alive.' }
  if (status === 404)
    return {
      reason: 'GitHub knows no such repository, or this account does not administer it.',
      remedy: 'Check the name; otherwise ask somebody who administers the repository to connect it.',
    }
  if (status >= 300 && status < 400)
    return {
      reason: 'The repository was renamed or moved.',
      remedy: 'Choose it by its new name.',
    }
  if (status === 422 && /localhost|reachable|public internet|url/i.test(said))
    return {
      reason: `GitHub does not send to the address of this instance${quoted(said)}.`,
      remedy: 'Set API_BASE_URL to a public address and start daytwo again.',
    }
  if (status === 422 && /hooks/i.test(said))
    return {
      reason: `The repository has too many webhooks${quoted(said)}.`,
      remedy: 'Delete one that is not used any more at GitHub (Settings, Webhooks).',
    }
  if (status >= 500)
    return { reason: `GitHub failed (${status}).`, remedy: 'Try again; if it stays, look at githubstatus.com.' }
  return {
    reason: `GitHub refused (${status})${quoted(said)}.`,
    remedy: 'Check that the account administers the repository, then try again.',
  }
}
