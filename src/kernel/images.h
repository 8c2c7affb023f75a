// SPDX-License-Identifier: Apache-2.0
// Pictures into their padded map, turned and shifted on the way.

#ifndef BERUS_KERNEL_IMAGES_H
#define BERUS_KERNEL_IMAGES_H

#include <cstdint>

#include "pool.h"

namespace berus {

struct ImageBatch {
    const std::uint8_t* images;   // [image][row][column][channel]
    const std::uint32_t* chosen;  // one image for each lane of each chunk
    const std::int32_t* warps;    // six for each lane, or null: see `load_images`
    int chunks, height, width, channels, border;
    const float* scale;   // of each channel: a pixel p becomes 65536 p scale + offset
    const float* offset;  // of each channel
    const float* around;  // of each channel: what the border holds
};

// Lane by lane, the pixel at (x, y) reads the source at
// (m0 x + m1 y + m2, m3 x + m4 y + m5) / 65536, bilinear between pixels and
// black outside. All in integers until the last line: p weighted by 16 bits
// of fraction has 24 bits, which a float holds exactly.
void load_images(Pool& pool, const ImageBatch& batch, float* out);

}  // namespace berus

#endif
