/** Columns and heights of the overview, shared by the content and its skeleton. */

export const cardColumns = { base: 1, xs: 2, md: 3, xl: 5 }
export const cardHeight = 172
export const traceabilityHeight = 48

export const trendColumns = { base: 1, sm: 2, xl: 3 }
export const plotHeight = 208
export const trendPanelHeight = 302
