/** The deployment an incident names as its cause, as a line like `root cause: <sha>` (the form of Four Keys). */
const named = /\b(?:root cause|caused by|deployment)[*_ \t]{0,4}:[*_` \t]{0,6}([0-9a-f]{7,40})(?![0-9a-z])/i

/** 7 to 40 hex digits, lower-case; the first that is named. */
export const deploymentShaIn = (prose: string): string | null => named.exec(prose)?.[1]?.toLowerCase() ?? null
