// SPDX-License-Identifier: Apache-2.0
export { type ByteArray, type DataPart, type ImageSet, subset } from './image-set.ts';
export { parseIdx } from './idx.ts';
export { loadMnist } from './mnist.ts';
export { type DataName, dataNames, hasData, loadData } from './load.ts';
export { dataOfShape, defaultData, fitData, loadDataFor } from './fit.ts';
export { type Split, split } from './split.ts';
