/** What can keep a git repository from being imported. */
import { defineProblem } from '#kernel/errors/index.ts'

export const gitMissing = defineProblem({
  slug: 'delivery/git-missing',
  title: 'git is not installed',
  status: 422,
  remedy: 'Install git (version 2.15 or newer) so that `git --version` works for this user, and run the import again.',
})

export const notARepository = defineProblem({
  slug: 'delivery/not-a-git-repository',
  title: 'There is no git repository at this path',
  status: 422,
  remedy: 'Name the folder of a clone (working copy, worktree or bare repository) that this user may read.',
})

export const foreignOwner = defineProblem({
  slug: 'delivery/git-foreign-owner',
  title: 'The git repository belongs to another user',
  status: 422,
  remedy:
    'Run the import as the owner of the repository, or tell git that you trust it: `git config --global --add safe.directory <path>`.',
})

export const shallowClone = defineProblem({
  slug: 'delivery/git-shallow-clone',
  title: 'The clone does not hold the whole history',
  status: 422,
  remedy: 'Fetch the rest with `git fetch --unshallow --tags` and run the import again.',
})

export const noReleases = defineProblem({
  slug: 'delivery/git-no-releases',
  title: 'The repository has nothing to count as a deployment',
  status: 422,
  remedy:
    'Fetch the tags (`git fetch --tags`), name them with `--tag-pattern`, or count merges to the default branch with `--deploys merges`.',
})

export const gitFailed = defineProblem({
  slug: 'delivery/git-failed',
  title: 'git could not read the repository',
  status: 422,
  remedy: 'Read what git said; `git fsck` in the repository shows whether it is damaged.',
})
