// SPDX-License-Identifier: Apache-2.0
export { createDevice, DEVICE_LEVELS } from './create-device.ts';
export { addCounters, addRecords } from './counters.ts';
export { buildCore, coreParameters, rtlSources } from './core-model.ts';
export type { CellLocation, Device, DeviceLevel, HostTraffic, Inference, RunCounters } from './device.ts';
export { DeviceFault } from './device-fault.ts';
export { createKernelDevice } from './kernel-device.ts';
export { createReferenceDevice } from './reference-device.ts';
export { createRtlDevice, type RtlDeviceOptions } from './rtl-device.ts';
