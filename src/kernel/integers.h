// SPDX-License-Identifier: Apache-2.0
// One quantized layer for a batch of images, to the integers of docs/numerics.md.

#ifndef BERUS_KERNEL_INTEGERS_H
#define BERUS_KERNEL_INTEGERS_H

#include "dims.h"
#include "pool.h"

namespace berus {

// One value for each filter, and the limits of the codes.
struct IntegerFold {
    const std::int16_t* mul;
    const std::int64_t* add;
    const std::uint8_t* shift;
    std::int32_t low, high;
};

// Maps are laid out like those in float; a lane holds one code, 0 to 65535.
// Writes the pooled map inside its padding; the padding itself is left alone.
void integer_layer(Pool& pool, const Dims& dims, const std::int32_t* x, const std::int32_t* weights,
                   const IntegerFold& fold, std::int32_t* out);

}  // namespace berus

#endif
