// SPDX-License-Identifier: Apache-2.0
// Bilinear weights have 8 bits each; the four of a pixel add up to 65536. Rows
// are read picture by picture, and put side by side once all sixteen are there.

#include "images.h"

#include <algorithm>
#include <cstddef>
#include <vector>

#include "lanes.h"

namespace berus {

namespace {

struct Picture {
    const std::uint8_t* pixels;
    int height, width, channels;

    std::int32_t at(std::int64_t row, std::int64_t column, int channel) const {
        if (row < 0 || column < 0 || row >= height || column >= width) return 0;
        return pixels[(std::size_t(row) * width + std::size_t(column)) * channels + channel];
    }

    // Pixels of one row of the map, times 65536: out[column][channel].
    void row(int y, std::int32_t* out) const {
        const std::uint8_t* from = pixels + std::size_t(y) * width * channels;
        for (int i = 0; i < width * channels; ++i) out[i] = from[i] * 65536;
    }

    // The same through a map of positions.
    void row(int y, const std::int32_t* m, std::int32_t* out) const {
        std::int64_t from_x = std::int64_t(m[1]) * y + m[2], from_y = std::int64_t(m[4]) * y + m[5];
        for (int x = 0; x < width; ++x, from_x += m[0], from_y += m[3], out += channels) {
            const std::int64_t r = from_y >> 16, c = from_x >> 16;
            const std::int32_t down = (from_y >> 8) & 255, right = (from_x >> 8) & 255;
            const bool inside = r >= 0 && c >= 0 && r + 1 < height && c + 1 < width;
            for (int channel = 0; channel < channels; ++channel) {
                std::int32_t corner[4];
                if (inside) {
                    const std::uint8_t* p = pixels + (std::size_t(r) * width + std::size_t(c)) * channels + channel;
                    corner[0] = p[0], corner[1] = p[channels];
                    corner[2] = p[width * channels], corner[3] = p[(width + 1) * channels];
                } else {
                    corner[0] = at(r, c, channel), corner[1] = at(r, c + 1, channel);
                    corner[2] = at(r + 1, c, channel), corner[3] = at(r + 1, c + 1, channel);
                }
                out[channel] = (corner[0] * (256 - right) + corner[1] * right) * (256 - down) +
                               (corner[2] * (256 - right) + corner[3] * right) * down;
            }
        }
    }
};

}  // namespace

void load_images(Pool& pool, const ImageBatch& b, float* out) {
    const int padded_width = b.width + 2 * b.border, rows = b.height + 2 * b.border;
    const std::size_t row_size = std::size_t(padded_width) * b.channels * LANES;
    const std::size_t image_size = std::size_t(b.height) * b.width * b.channels;
    const int values = b.width * b.channels;
    pool.run(b.chunks, [&](int chunk) {
        std::vector<std::int32_t> read(std::size_t(values) * LANES);
        std::vector<float> around(row_size);
        for (std::size_t i = 0; i < row_size; ++i) around[i] = b.around[i / LANES % b.channels];
        for (int row = 0; row < rows; ++row) {
            float* to = out + (std::size_t(chunk) * rows + row) * row_size;
            std::copy(around.begin(), around.end(), to);
            const int y = row - b.border;
            if (y < 0 || y >= b.height) continue;
            for (int lane = 0; lane < LANES; ++lane) {
                const std::size_t slot = std::size_t(chunk) * LANES + lane;
                const Picture picture{b.images + b.chosen[slot] * image_size, b.height, b.width, b.channels};
                std::int32_t* own = read.data() + std::size_t(lane) * values;
                if (b.warps) {
                    picture.row(y, b.warps + 6 * slot, own);
                } else {
                    picture.row(y, own);
                }
            }
            to += std::size_t(b.border) * b.channels * LANES;
            for (int i = 0, channel = 0; i < values; ++i, to += LANES) {
                const float scale = b.scale[channel], offset = b.offset[channel];
                for (int lane = 0; lane < LANES; ++lane) {
                    to[lane] = static_cast<float>(read[std::size_t(lane) * values + i]) * scale + offset;
                }
                if (++channel == b.channels) channel = 0;
            }
        }
    });
}

}  // namespace berus
