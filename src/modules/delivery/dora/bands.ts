/** Benchmark bands: versioned data, checked when loaded, so that an edit that breaks them stops the start. */
import { z } from 'zod'
import { defineSetting } from '#kernel/settings/index.ts'
import data from './bands.json' with { type: 'json' }
import { bandsReply, type levels, type MetricName } from './schemas.ts'

const bandsVersion = z.enum(Object.keys(data.versions) as [keyof typeof data.versions])
export type Bands = z.output<typeof bandsReply>
type Level = (typeof levels)[number]

const versions = new Map(
  Object.entries(data.versions).map(([version, bands]) => [version, bandsReply.parse({ version, ...bands })]),
)

export const bandsVersionSetting = defineSetting({
  name: 'delivery.bands_version',
  summary: 'Which published benchmark bands the DORA metrics are compared with.',
  schema: bandsVersion,
  default: bandsVersion.parse(data.default),
})

export const bandsOf = (version: z.output<typeof bandsVersion>): Bands => versions.get(version)!

/** The best level whose limit the value meets; null without a value or without a published band. */
export function level(metric: MetricName, value: number | null, bands: Bands): Level | null {
  const band = bands.metrics[metric]
  if (value === null || band === null) return null
  const meets = (limit: number) =>
    (band.inclusive && value === limit) || (band.better === 'higher' ? value > limit : value < limit)
  if (meets(band.elite)) return 'elite'
  if (meets(band.high)) return 'high'
  return meets(band.medium) ? 'medium' : 'low'
}
