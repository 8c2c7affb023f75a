// SPDX-License-Identifier: Apache-2.0
export {
  type CheckedRun,
  type CheckedRunOptions,
  chooseChecker,
  partSize,
  runChecked,
  type StoppedRun,
  threadsOf,
} from './checked-run.ts';
export type { LinkCounts, LinkPatience } from './board-link.ts';
export type { ByteChannel } from './byte-channel.ts';
export { compareInference, type LayerComparison, type Mismatch } from './compare.ts';
export { type CountedNetlist, countToggles, gateSimulator, type Toggles } from './count-toggles.ts';
export type { Miscount } from './count-check.ts';
export { BAUD, createDevice, DEVICE_LEVELS, type DeviceOptions } from './create-device.ts';
export { coreParameters, rtlSources } from '../compile/index.ts';
export type { CellLocation, Device, DeviceLevel, HostTraffic, Inference, RunCounters } from './device.ts';
export { type FlashImage, flashImage } from './flash-image.ts';
export { DeviceFault } from './device-fault.ts';
export { trafficBytes } from './host-traffic.ts';
export { createKernelDevice } from './kernel-device.ts';
export { createReferenceDevice } from './reference-device.ts';
export { type Replay, type Traced, traceMismatch } from './replay.ts';
export { createRtlDevice, type RtlDevice, type RtlDeviceOptions } from './rtl-device.ts';
export { type Checker, createChecker, type VerifyMode } from './run-part.ts';
export { buildTop, type TopModelOptions } from './top-model.ts';
export type { WordExpectation } from './word-check.ts';
