/** Texts of the levers that the dial drives, and of what an expert sets. */
export const CHAT_LEVER_TEXT_KEYS = [
  ...['leverNow', 'levers', 'leversNote', 'leverToken', 'leverDirection', 'leverOpening'],
  ...['leverTokenNote', 'leverDirectionNote', 'leverOpeningNote', 'leverReady', 'leverDriven'],
  ...['leverBest', 'leverBestNote', 'leverBestDrawn', 'noHeads'],
  ...['noTokens', 'ownGraph', 'noDirection', 'leverDecides', 'noOpenings'],
  ...['drivenAdd', 'drivenSubtract', 'drivenBias'],
  ...['ownUse', 'ownNote', 'ownThreshold', 'ownMode', 'modeAdd', 'modeProject', 'ownCoefficient', 'ownBias'],
  ...['direction', 'directionFind', 'directionImport', 'directionExport', 'directionRename', 'directionRemove'],
  ...['leverReset', 'directionNote'],
  ...['dialTarget', 'dialTargetNote', 'dialAudit', 'dialAuditNote', 'decisionWords'],
  ...['refusedHere', 'refusedBorderline', 'refusedContrast', 'refusedOrdinary', 'refusedOther', 'refusedUnknown'],
] as const;
