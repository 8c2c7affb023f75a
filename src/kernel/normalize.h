// SPDX-License-Identifier: Apache-2.0
// What follows the sums of a layer, as one step: batch normalisation, the
// shortcut's map, ReLU, pooling, and rounding to a grid where there is one.

#ifndef BERUS_KERNEL_NORMALIZE_H
#define BERUS_KERNEL_NORMALIZE_H

#include "dims.h"
#include "pool.h"

namespace berus {

// z = (y - mean) scale + beta + shortcut, then ReLU; one value for each filter.
struct Fold {
    const float* mean;
    const float* scale;  // gamma / sqrt(variance + epsilon)
    const float* beta;
    bool relu;
    const float* added;  // the shortcut's map, or null
};

// Values become step x clamp(round(a / step), low, high), ties to even, before they are averaged; a step of 0 leaves
// them alone.
struct Grid {
    float step, low, high;
};

// moments[chunk][filter] = {mean, sum of squared deviations from it} of the 16 x pixels values.
void moments(Pool& pool, const Dims& dims, const float* y, double* moments);

// Writes the pooled map inside its border; the border itself is left alone.
void activate(Pool& pool, const Dims& dims, const float* y, const Fold& fold, const Grid& grid, float* out);

// Carries `dout` back through grid, pooling (to the first of equal largest) and ReLU into da, [pixel][filter], which
// is `dout` itself where there is no pooling; sums[chunk][filter] = {sum of da, sum of da (y - mean)}.
void activate_sums(Pool& pool, const Dims& dims, const float* y, const Fold& fold, const Grid& grid, float* dout,
                   float* da, double* sums);

// Replaces y by dy = scale (da - offset - (y - mean) slope), and writes da into the gradient of the shortcut's map
// unless `dadded` is null: over what is there, or added to it if `add`.
void activate_gradient(Pool& pool, const Dims& dims, float* y, const Fold& fold, const float* da, const float* offset,
                       const float* slope, float* dadded, bool add);

}  // namespace berus

#endif
