// SPDX-License-Identifier: Apache-2.0
// A sum of 65536 taps of 8-bit codes stays below 2^24, of 16-bit codes below
// 2^32: sums are unsigned, and the fold works in 64 bits, where |sum mul| is
// below 2^47 and the offset below 2^39.

#include "integers.h"

#include <algorithm>

#include "lanes.h"

namespace berus {

namespace {

// The absolute differences of one output pixel and N filters.
template <int N>
BERUS_INLINE void sum_taps(const IntLanes* x, const std::int32_t* weights, const std::vector<std::int32_t>& offsets,
                           std::uint32_t (*sums)[LANES]) {
    const std::size_t taps = offsets.size();
    IntLanes local[N] = {};
    for (std::size_t tap = 0; tap < taps; ++tap) {
        const IntLanes value = x[offsets[tap]];
        for (int f = 0; f < N; ++f) add_distance(local[f], value, weights[f * taps + tap]);
    }
    std::memcpy(sums, local, sizeof local);
}

BERUS_INLINE std::int32_t folded(const IntegerFold& fold, int f, std::uint32_t sum) {
    const std::int64_t scaled = (std::int64_t(sum) * fold.mul[f] + fold.add[f]) >> fold.shift[f];
    return static_cast<std::int32_t>(
        std::min<std::int64_t>(std::max<std::int64_t>(scaled, fold.low), fold.high));
}

}  // namespace

void integer_layer(Pool& pool, const Dims& d, const std::int32_t* x, const std::int32_t* weights,
                   const IntegerFold& fold, std::int32_t* out) {
    const std::vector<std::int32_t> offsets = d.tap_offsets();
    pool.run(d.chunks, [&](int chunk) {
        const IntLanes* input = reinterpret_cast<const IntLanes*>(x) + chunk * d.input_size();
        std::int32_t* output = out + chunk * d.output_size() * LANES;
        for (int f = 0; f < d.filters; f += FILTER_BLOCK) {
            const int block = std::min(FILTER_BLOCK, d.filters - f);
            const std::int32_t* filters = weights + f * offsets.size();
            for (int py = 0; py < d.out_height / d.pool; ++py) {
                for (int px = 0; px < d.out_width / d.pool; ++px) {
                    std::int32_t* pixel =
                        output + (std::size_t(py + d.out_padding) * d.pooled_width() + px + d.out_padding) *
                                     d.filters * LANES + f * LANES;
                    std::fill(pixel, pixel + block * LANES, fold.low);
                    for (int i = 0; i < d.pool * d.pool; ++i) {
                        const int oy = py * d.pool + i / d.pool, ox = px * d.pool + i % d.pool;
                        const IntLanes* window =
                            input + (std::size_t(oy) * d.in_width + ox) * d.stride * d.channels;
                        std::uint32_t sums[FILTER_BLOCK][LANES];
                        if (block == FILTER_BLOCK) {
                            sum_taps<FILTER_BLOCK>(window, filters, offsets, sums);
                        } else {
                            for (int g = 0; g < block; ++g)
                                sum_taps<1>(window, filters + g * offsets.size(), offsets, sums + g);
                        }
                        for (int g = 0; g < block; ++g)
                            for (int lane = 0; lane < LANES; ++lane)
                                pixel[g * LANES + lane] =
                                    std::max(pixel[g * LANES + lane], folded(fold, f + g, sums[g][lane]));
                    }
                }
            }
        }
    });
}

}  // namespace berus
