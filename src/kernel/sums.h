// SPDX-License-Identifier: Apache-2.0
// The three sums of a layer: forward, and the gradients of its input and of its
// filters. Every sum runs over its terms in one fixed order in sixteen lanes;
// blocking only decides which sums are in registers together.

#ifndef BERUS_KERNEL_SUMS_H
#define BERUS_KERNEL_SUMS_H

#include "dims.h"
#include "pool.h"

namespace berus {

// Registers for sums: about half are left for what is added to them.
constexpr bool MANY_REGISTERS = WIDTH == 16;

// `power` chooses the cell: see with_cell.

// y from x; weights are [filter][row][column][channel of its group].
void sums_forward(Pool& pool, const Dims& dims, float power, const float* x, const float* weights, float* y);

// dx from dy, over the map without its border; added to what is there if `add`.
void sums_input_gradient(Pool& pool, const Dims& dims, float power, const float* x, const float* weights,
                         const float* dy, float* dx, bool add);

// dw from dy, summed over the batch.
void sums_filter_gradient(Pool& pool, const Dims& dims, float power, const float* x, const float* weights,
                          const float* dy, float* dw);

}  // namespace berus

#endif
