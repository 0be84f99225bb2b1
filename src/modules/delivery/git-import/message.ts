/** What a commit's message says about it. */
const revertLine = /This reverts commit ([0-9a-f]{7,64})/
const squashed = /\(#(\d{1,9})\)\s*$/
const mergedPullRequest = /^Merge pull request #(\d{1,9})\b/

/** The commit that this one says it reverts. */
export const revertedCommit = (message: string): string | undefined => revertLine.exec(message)?.[1]

/** Number of the pull request that brought the commit: GitHub's squash subject `… (#12)` or its merge subject. */
export function pullRequestNumber(message: string): number | undefined {
  const end = message.indexOf('\n')
  const subject = end === -1 ? message : message.slice(0, end)
  const number = (squashed.exec(subject) ?? mergedPullRequest.exec(subject))?.[1]
  return number === undefined ? undefined : Number(number)
}
