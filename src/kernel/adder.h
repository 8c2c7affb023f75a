// SPDX-License-Identifier: Apache-2.0
// The three sums of an adder layer, AdderNet (CVPR 2020) equations 2, 5 and 6.

#ifndef BERUS_KERNEL_ADDER_H
#define BERUS_KERNEL_ADDER_H

#include "dims.h"
#include "pool.h"

namespace berus {

// y = -sum |x - w|.
void adder_forward(Pool& pool, const Dims& dims, const float* x, const float* weights, float* y);

// dx = sum over filters of HardTanh(w - x) dy, over the whole padded input.
void adder_input_gradient(Pool& pool, const Dims& dims, const float* x, const float* weights, const float* dy,
                          float* dx);

// dw = sum of x dy. The paper's (x - w) dy differs by w times the sum of dy,
// which batch normalisation behind the layer makes zero.
void adder_filter_gradient(Pool& pool, const Dims& dims, const float* x, const float* dy, float* dw);

}  // namespace berus

#endif
