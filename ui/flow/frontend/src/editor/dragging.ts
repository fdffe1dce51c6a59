/** What is dragged from the palette onto the canvas. */

export const KIND = "application/x-studio-kind";
export const TOOL = "application/x-studio-tool";
