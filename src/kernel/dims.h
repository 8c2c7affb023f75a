// SPDX-License-Identifier: Apache-2.0
// Sizes of one layer for a batch, as the kernels see them.
//
// A map is [chunk][row][column][channel][16 lanes]. The input already carries
// its padding; the convolved map holds only the pixels that pooling keeps; the
// output is written inside the padding that the next layer wants.

#ifndef BERUS_KERNEL_DIMS_H
#define BERUS_KERNEL_DIMS_H

#include <cstddef>
#include <cstdint>
#include <stdexcept>
#include <vector>

namespace berus {

struct Dims {
    int chunks;  // groups of 16 images
    int in_height, in_width, channels;
    int kernel_height, kernel_width, filters;
    int stride, dilation;
    int out_height, out_width;  // convolved map, multiples of `pool`
    int pool;
    int out_padding;

    static constexpr std::size_t FIELDS = 13;

    static Dims from(const std::int32_t* v) {
        const Dims d{v[0], v[1], v[2], v[3], v[4], v[5], v[6], v[7], v[8], v[9], v[10], v[11], v[12]};
        for (std::size_t i = 0; i + 1 < FIELDS; ++i) {
            if (v[i] < 1 || v[i] > 65536) throw std::invalid_argument("Expected sizes from 1 to 65536.");
        }
        const bool fits = (d.out_height - 1) * d.stride + (d.kernel_height - 1) * d.dilation < d.in_height &&
                          (d.out_width - 1) * d.stride + (d.kernel_width - 1) * d.dilation < d.in_width;
        if (!fits || d.out_padding < 0 || d.out_padding > 65536 || d.out_height % d.pool || d.out_width % d.pool) {
            throw std::invalid_argument("Expected sizes of one layer that fit each other.");
        }
        return d;
    }

    std::size_t taps() const { return std::size_t(kernel_height) * kernel_width * channels; }
    std::size_t pixels() const { return std::size_t(out_height) * out_width; }

    // Vectors of 16 lanes in one chunk of the input, the convolved map and the output.
    std::size_t input_size() const { return std::size_t(in_height) * in_width * channels; }
    std::size_t convolved_size() const { return pixels() * filters; }
    int pooled_width() const { return out_width / pool + 2 * out_padding; }
    std::size_t output_size() const {
        return std::size_t(out_height / pool + 2 * out_padding) * pooled_width() * filters;
    }

    // Distance of every tap from the window's first value, in vectors.
    std::vector<std::int32_t> tap_offsets() const {
        std::vector<std::int32_t> offsets;
        offsets.reserve(taps());
        for (int row = 0; row < kernel_height; ++row)
            for (int column = 0; column < kernel_width; ++column)
                for (int channel = 0; channel < channels; ++channel)
                    offsets.push_back((row * dilation * in_width + column * dilation) * channels + channel);
        return offsets;
    }
};

}  // namespace berus

#endif
