// SPDX-License-Identifier: Apache-2.0
// Sizes of one layer for a batch, as the float kernels see them.
//
// A map is [chunk][row][column][channel][16 lanes], inside a border that may be
// wider than this layer's own padding, because several layers may read it. The
// convolved map has no border and holds the pixels that pooling reaches.

#ifndef BERUS_KERNEL_DIMS_H
#define BERUS_KERNEL_DIMS_H

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <stdexcept>
#include <vector>

#include "lanes.h"

namespace berus {

struct Dims {
    int chunks;                                          // groups of 16 images
    int in_height, in_width, channels, in_border;        // the map that is read
    int kernel_height, kernel_width, filters;            // of all groups
    int stride, padding, dilation, groups;               //
    int height, width;                                   // the convolved map
    int pool, pool_stride, pool_padding, average;        // average: 1, largest: 0
    int out_height, out_width, out_border;               // the map that is written
    int added_height, added_width, added_border;         // the map that a shortcut adds

    static constexpr std::size_t FIELDS = 24;

    // Throws when the loops below would leave their arrays.
    static Dims from(const std::int32_t* v) {
        const Dims d{v[0],  v[1],  v[2],  v[3],  v[4],  v[5],  v[6],  v[7],  v[8],  v[9],  v[10], v[11],
                     v[12], v[13], v[14], v[15], v[16], v[17], v[18], v[19], v[20], v[21], v[22], v[23]};
        for (std::size_t i = 0; i < FIELDS; ++i) {
            const bool may_be_zero = i == 4 || i == 9 || i == 16 || i == 17 || i == 20 || i == 23;
            if (v[i] < (may_be_zero ? 0 : 1) || v[i] > 65536) {
                throw std::invalid_argument("Expected sizes from 1 to 65536.");
            }
        }
        const auto reads = [&](int out, int kernel, int in) {
            return std::int64_t(out - 1) * d.stride + std::int64_t(kernel - 1) * d.dilation < in + 2 * d.padding;
        };
        const auto pools = [&](int out, int convolved) {
            const std::int64_t last = std::int64_t(out - 1) * d.pool_stride - d.pool_padding;
            return last < convolved && (d.average == 0 || last + d.pool <= convolved);
        };
        if (!reads(d.height, d.kernel_height, d.in_height) || !reads(d.width, d.kernel_width, d.in_width) ||
            !pools(d.out_height, d.height) || !pools(d.out_width, d.width) || d.pool_padding >= d.pool ||
            d.padding > d.in_border || d.channels % d.groups || d.filters % d.groups || d.average > 1 ||
            (d.average && d.pool_padding) || d.added_height < d.height || d.added_width < d.width) {
            throw std::invalid_argument("Expected sizes of one layer that fit each other.");
        }
        return d;
    }

    // Channels and filters of one group.
    int depth() const { return channels / groups; }
    int group_filters() const { return filters / groups; }
    // Taps of one output value.
    std::size_t taps() const { return std::size_t(kernel_height) * kernel_width * depth(); }
    std::size_t pixels() const { return std::size_t(height) * width; }

    int in_row() const { return (in_width + 2 * in_border) * channels; }
    int out_row() const { return (out_width + 2 * out_border) * filters; }
    int added_row() const { return (added_width + 2 * added_border) * filters; }

    // Values of sixteen lanes in one chunk of the maps.
    std::size_t input_size() const { return std::size_t(in_height + 2 * in_border) * in_row(); }
    std::size_t convolved_size() const { return pixels() * filters; }
    std::size_t output_size() const { return std::size_t(out_height + 2 * out_border) * out_row(); }
    std::size_t added_size() const { return std::size_t(added_height + 2 * added_border) * added_row(); }
    // The same of gradients, which have no borders.
    std::size_t input_gradient_size() const { return std::size_t(in_height) * in_width * channels; }
    std::size_t output_gradient_size() const { return std::size_t(out_height) * out_width * filters; }
    std::size_t added_gradient_size() const { return std::size_t(added_height) * added_width * filters; }

    // First value that the window of an output pixel reads, border included.
    std::size_t window(int row, int column) const {
        const int start = in_border - padding;
        return std::size_t(row * stride + start) * in_row() + std::size_t(column * stride + start) * channels;
    }

    // Distance of every tap from the window's first value of its group, in vectors.
    std::vector<std::int32_t> tap_offsets() const {
        std::vector<std::int32_t> offsets;
        offsets.reserve(taps());
        for (int row = 0; row < kernel_height; ++row)
            for (int column = 0; column < kernel_width; ++column)
                for (int channel = 0; channel < depth(); ++channel)
                    offsets.push_back((row * dilation * in_row() + column * dilation * channels + channel) * PARTS);
        return offsets;
    }
};

// Rows from `begin` to before `end`.
struct Band {
    int chunk, begin, end;
};

// Bands that each chunk's rows are cut into, so that every thread has some.
inline int bands_of(int chunks, int rows, int threads) {
    return std::max(1, std::min(rows, (4 * threads + chunks - 1) / chunks));
}

inline Band band_of(int task, int bands, int rows) {
    const int band = task % bands;
    return {task / bands, int(std::int64_t(rows) * band / bands), int(std::int64_t(rows) * (band + 1) / bands)};
}

}  // namespace berus

#endif
