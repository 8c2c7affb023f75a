// SPDX-License-Identifier: Apache-2.0
// Bilinear weights have 8 bits each; the four of a pixel add up to 65536.

#include "images.h"

#include <algorithm>
#include <cstddef>

#include "lanes.h"

namespace berus {

namespace {

struct Picture {
    const std::uint8_t* pixels;
    int height, width, channels;

    std::int64_t at(std::int64_t row, std::int64_t column, int channel) const {
        if (row < 0 || column < 0 || row >= height || column >= width) return 0;
        return pixels[(std::size_t(row) * width + std::size_t(column)) * channels + channel];
    }

    // Value at a position in 1/65536 pixels, times 65536.
    std::int64_t between(std::int64_t y, std::int64_t x, int channel) const {
        const std::int64_t row = y >> 16, column = x >> 16;
        const std::int64_t down = (y >> 8) & 255, right = (x >> 8) & 255;
        const std::int64_t top = at(row, column, channel) * (256 - right) + at(row, column + 1, channel) * right;
        const std::int64_t bottom =
            at(row + 1, column, channel) * (256 - right) + at(row + 1, column + 1, channel) * right;
        return top * (256 - down) + bottom * down;
    }
};

}  // namespace

void load_images(Pool& pool, const ImageBatch& b, float* out) {
    const int padded_width = b.width + 2 * b.padding;
    const std::size_t chunk_size = std::size_t(b.height + 2 * b.padding) * padded_width * b.channels * LANES;
    const std::size_t image_size = std::size_t(b.height) * b.width * b.channels;
    pool.run(b.chunks, [&](int chunk) {
        float* map = out + chunk * chunk_size;
        std::fill(map, map + chunk_size, b.offset);
        for (int lane = 0; lane < LANES; ++lane) {
            const std::size_t slot = std::size_t(chunk) * LANES + lane;
            const Picture picture{b.images + b.chosen[slot] * image_size, b.height, b.width, b.channels};
            const std::int32_t* m = b.warps ? b.warps + 6 * slot : nullptr;
            for (int y = 0; y < b.height; ++y) {
                for (int x = 0; x < b.width; ++x) {
                    float* to =
                        map + (std::size_t(y + b.padding) * padded_width + x + b.padding) * b.channels * LANES + lane;
                    for (int c = 0; c < b.channels; ++c) {
                        const std::int64_t value =
                            m ? picture.between(std::int64_t(m[3]) * x + std::int64_t(m[4]) * y + m[5],
                                                std::int64_t(m[0]) * x + std::int64_t(m[1]) * y + m[2], c)
                              : picture.at(y, x, c) * 65536;
                        to[std::size_t(c) * LANES] = static_cast<float>(value) * b.scale + b.offset;
                    }
                }
            }
        }
    });
}

}  // namespace berus
