/** Columns and heights of the sprint pages, shared by the content and its skeleton. */
export const tileColumns = { base: 1, xs: 2, lg: 4 }
export const tileHeight = 124
export const plotHeight = 260
export const panelHeight = 356
