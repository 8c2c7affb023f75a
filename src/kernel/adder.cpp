// SPDX-License-Identifier: Apache-2.0
// Every sum runs over its terms in one fixed order, in 16 independent lanes;
// blocking only decides which sums are in registers together.

#include "adder.h"

#include <algorithm>

#include "lanes.h"

namespace berus {

namespace {

// Calls step.template run<N>() for the N from 1 to MAX that equals n.
template <int MAX, class Step>
BERUS_INLINE void choose(int n, const Step& step) {
    if constexpr (MAX > 1) {
        if (n < MAX) return choose<MAX - 1>(n, step);
    }
    step.template run<MAX>();
}

// One output pixel of N filters.
struct ForwardStep {
    const Lanes* x;
    const float* weights;
    const std::int32_t* offsets;
    std::size_t taps;
    Lanes* y;

    template <int N>
    BERUS_INLINE void run() const {
        Lanes sums[N] = {};
        for (std::size_t tap = 0; tap < taps; ++tap) {
            const Lanes value = x[offsets[tap]];
            for (int f = 0; f < N; ++f) sums[f] = sums[f] + magnitude(value - weights[f * taps + tap]);
        }
        for (int f = 0; f < N; ++f) y[f] = Lanes{} - sums[f];
    }
};

// N channels of one input pixel: a sum over the output pixels that read it and over all filters.
struct InputStep {
    const Dims& d;
    const Lanes* x;
    const float* weights;  // of the first channel
    const Lanes* dy;
    Lanes* dx;
    int row, column;

    template <int N>
    BERUS_INLINE void run() const {
        const Lanes one = Lanes{} + 1.0f, minus_one = Lanes{} - 1.0f;
        Lanes sums[N] = {};
        Lanes values[N];
        for (int c = 0; c < N; ++c) values[c] = x[c];
        const std::size_t taps = d.taps();
        for (int ky = 0; ky < d.kernel_height; ++ky) {
            const int top = row - ky * d.dilation;
            if (top < 0 || top % d.stride || top / d.stride >= d.out_height) continue;
            for (int kx = 0; kx < d.kernel_width; ++kx) {
                const int left = column - kx * d.dilation;
                if (left < 0 || left % d.stride || left / d.stride >= d.out_width) continue;
                const Lanes* g = dy + (std::size_t(top / d.stride) * d.out_width + left / d.stride) * d.filters;
                const float* w = weights + std::size_t(ky * d.kernel_width + kx) * d.channels;
                for (int f = 0; f < d.filters; ++f, w += taps) {
                    const Lanes gradient = g[f];
                    for (int c = 0; c < N; ++c) {
                        const Lanes slope = larger(smaller(w[c] - values[c], one), minus_one);
                        sums[c] = sums[c] + slope * gradient;
                    }
                }
            }
        }
        for (int c = 0; c < N; ++c) dx[c] = sums[c];
    }
};

// TAPS consecutive taps of one kernel row for F filters, summed over pixels and chunks.
template <int F>
struct FilterStep {
    const Dims& d;
    const Lanes* x;
    const Lanes* dy;
    const std::int32_t* offsets;  // of the first tap
    float* dw;

    template <int TAPS>
    BERUS_INLINE void run() const {
        Lanes sums[F][TAPS] = {};
        for (int chunk = 0; chunk < d.chunks; ++chunk) {
            const Lanes* gradients = dy + chunk * d.convolved_size();
            for (int oy = 0; oy < d.out_height; ++oy) {
                const Lanes* pixel = x + chunk * d.input_size() + std::size_t(oy) * d.stride * d.in_width * d.channels;
                for (int ox = 0; ox < d.out_width; ++ox) {
                    for (int t = 0; t < TAPS; ++t) {
                        const Lanes value = pixel[offsets[t]];
                        for (int f = 0; f < F; ++f) sums[f][t] = sums[f][t] + value * gradients[f];
                    }
                    gradients += d.filters;
                    pixel += d.stride * d.channels;
                }
            }
        }
        for (int f = 0; f < F; ++f)
            for (int t = 0; t < TAPS; ++t) dw[f * d.taps() + t] = static_cast<float>(total(sums[f][t]));
    }
};

struct FilterRow {
    const Dims& d;
    const Lanes* x;
    const Lanes* dy;
    const std::int32_t* offsets;
    float* dw;

    template <int F>
    BERUS_INLINE void run() const {
        const int row_taps = d.kernel_width * d.channels;
        for (int tap = 0; tap < row_taps; tap += TAP_TILE) {
            choose<TAP_TILE>(std::min(TAP_TILE, row_taps - tap), FilterStep<F>{d, x, dy, offsets + tap, dw + tap});
        }
    }
};

}  // namespace

void adder_forward(Pool& pool, const Dims& d, const float* x, const float* weights, float* y) {
    const std::vector<std::int32_t> offsets = d.tap_offsets();
    const std::size_t taps = d.taps();
    pool.run(d.chunks, [&](int chunk) {
        const Lanes* input = reinterpret_cast<const Lanes*>(x) + chunk * d.input_size();
        Lanes* output = reinterpret_cast<Lanes*>(y) + chunk * d.convolved_size();
        for (int f = 0; f < d.filters; f += FILTER_BLOCK) {
            const int block = std::min(FILTER_BLOCK, d.filters - f);
            for (int oy = 0; oy < d.out_height; ++oy) {
                for (int ox = 0; ox < d.out_width; ++ox) {
                    const Lanes* window = input + (std::size_t(oy) * d.in_width + ox) * d.stride * d.channels;
                    Lanes* pixel = output + (std::size_t(oy) * d.out_width + ox) * d.filters + f;
                    choose<FILTER_BLOCK>(block, ForwardStep{window, weights + f * taps, offsets.data(), taps, pixel});
                }
            }
        }
    });
}

void adder_input_gradient(Pool& pool, const Dims& d, const float* x, const float* weights, const float* dy,
                          float* dx) {
    pool.run(d.chunks, [&](int chunk) {
        const Lanes* input = reinterpret_cast<const Lanes*>(x) + chunk * d.input_size();
        const Lanes* gradient = reinterpret_cast<const Lanes*>(dy) + chunk * d.convolved_size();
        Lanes* output = reinterpret_cast<Lanes*>(dx) + chunk * d.input_size();
        for (int row = 0; row < d.in_height; ++row) {
            for (int column = 0; column < d.in_width; ++column) {
                const std::size_t pixel = (std::size_t(row) * d.in_width + column) * d.channels;
                for (int c = 0; c < d.channels; c += CHANNEL_BLOCK) {
                    const int block = std::min(CHANNEL_BLOCK, d.channels - c);
                    choose<CHANNEL_BLOCK>(block, InputStep{d, input + pixel + c, weights + c, gradient,
                                                           output + pixel + c, row, column});
                }
            }
        }
    });
}

void adder_filter_gradient(Pool& pool, const Dims& d, const float* x, const float* dy, float* dw) {
    const std::vector<std::int32_t> offsets = d.tap_offsets();
    const int blocks = (d.filters + FILTER_TILE - 1) / FILTER_TILE;
    pool.run(blocks * d.kernel_height, [&](int task) {
        const int f = task / d.kernel_height * FILTER_TILE;
        const std::size_t tap = std::size_t(task % d.kernel_height) * d.kernel_width * d.channels;
        choose<FILTER_TILE>(std::min(FILTER_TILE, d.filters - f),
                            FilterRow{d, reinterpret_cast<const Lanes*>(x), reinterpret_cast<const Lanes*>(dy) + f,
                                      offsets.data() + tap, dw + f * d.taps() + tap});
    });
}

}  // namespace berus
