/** Columns and heights of the pulse page, shared by the content and its skeleton. */

export const tileColumns = { base: 2, md: 4 }
export const tileHeight = 108
export const plotColumns = { base: 1, md: 2 }
export const plotHeight = 208
export const plotPanelHeight = 302
