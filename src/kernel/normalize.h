// SPDX-License-Identifier: Apache-2.0
// What follows the sums of an adder layer: batch normalisation, ReLU and
// max-pooling as one step, a = max over the window of relu((y - mean) scale + beta).

#ifndef BERUS_KERNEL_NORMALIZE_H
#define BERUS_KERNEL_NORMALIZE_H

#include "dims.h"
#include "pool.h"

namespace berus {

// One value for each filter.
struct Fold {
    const float* mean;
    const float* scale;  // gamma / sqrt(variance + epsilon)
    const float* beta;
    bool relu;
};

// moments[chunk][filter] = {mean, sum of squared deviations from it} of the 16 x pixels values.
void moments(Pool& pool, const Dims& dims, const float* y, double* moments);

// Writes the pooled map inside its padding; the padding itself is left alone.
void activate(Pool& pool, const Dims& dims, const float* y, const Fold& fold, float* out);

// sums[chunk][filter] = {sum of da, sum of da (y - mean)}, where da is `dout`
// carried back through pooling (to the first of equal maxima) and ReLU.
void activate_sums(Pool& pool, const Dims& dims, const float* y, const Fold& fold, const float* dout, double* sums);

// Replaces y by dy = scale (da - offset - (y - mean) slope).
void activate_gradient(Pool& pool, const Dims& dims, float* y, const Fold& fold, const float* dout,
                       const float* offset, const float* slope);

}  // namespace berus

#endif
