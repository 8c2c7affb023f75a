// SPDX-License-Identifier: Apache-2.0
export {
  type CompiledNetwork,
  compileNetwork,
  type CompileOptions,
  type PicturePlaces,
  type Segment,
} from './compile.ts';
export {
  ARRAY_CELLS,
  type ArrayCell,
  checkConfiguration,
  type Configuration,
  configurationNames,
  loadConfiguration,
  mostTaps,
} from './configuration.ts';
export { kernelRows, kernelRowsShape, mayLieByRows } from './kernel-rows.ts';
export { getLane, packImages, partsOf } from './lanes.ts';
export { foldWords, laneFoldWords, type Need, sizeNeeds } from './needs.ts';
export { type LaidNetwork, layNetwork, ofImages, resultWords } from './laying.ts';
export { FOLD_PARTS } from './pack-folds.ts';
export { type LaneFolds, packBlocks, type PadWords } from './pack-stationary.ts';
export type { MapPlaces } from './place-maps.ts';
export { flushCycles, heldFlushCycles, setupAfter, setupCycles } from './pipeline.ts';
export {
  assumedPlanes,
  columnParts,
  type LayerPlan,
  pixelColumns,
  planLayer,
  tilesOf,
  weightPlanes,
  weightWords,
} from './plan.ts';
export {
  blockedSize,
  channelLanes,
  firstWeights,
  foldInterval,
  foldsOf,
  foldWaits,
  inputWords,
  isHeld,
  outputBlocks,
  pixelsOf,
  planStationary,
  type ReadMap,
  type StationaryPlan,
  tileRuns,
  unsupportedImages,
  unsupportedStationary,
} from './plan-stationary.ts';
export { isTurn, planTurn, type TurnPlan, turnParts, turnTiles, turnWords } from './plan-turn.ts';
export {
  imagesAtOnce,
  type LayerSchedule,
  type Schedule,
  scheduleName,
  type ScheduleName,
  type Stay,
  staysOf,
  writesBlocks,
} from './schedule.ts';
export { passBits, totalBits } from './sum-bits.ts';
export { type LayerPlacement, type MapPlace, padsAreZero } from './program.ts';
export { PROGRAM_WORDS } from './program-words.ts';
export {
  type LayerRecord,
  planRecords,
  PROGRAM_LAYERS,
  programRecords,
  type RecordPlan,
  segmentsHeld,
} from './records.ts';
export { type RecordRows, type RowRange, type Strips, wholeRows } from './strips.ts';
export { coreParameters, rtlSources } from './rtl-core.ts';
export { type ArrayTiming, blocksOf, columnClocks, tileInterval } from './tile-interval.ts';
export { planTiling, type Tiling } from './tiling.ts';
export { turnLayer, turnMaps, type Turned } from './turns.ts';
export { type HeldNetwork, laidByRows, padWordCounts, planHeld } from './tiling-stationary.ts';
export { type Unsupported, unsupported, unsupportedCells } from './unsupported.ts';
