/** Says on every page that somebody of the platform looks in, for how long still, and ends it. */
import { lazy, Suspense } from 'react'
import { useSession } from './session.tsx'

const Banner = lazy(() =>
  import('./support-access-banner.tsx').then((module) => ({ default: module.SupportAccessBanner })),
)

/** Nothing for members, who are nearly everybody. */
export function SupportAccess() {
  const { tenant } = useSession()
  return tenant?.support ? (
    <Suspense fallback={null}>
      <Banner />
    </Suspense>
  ) : null
}
