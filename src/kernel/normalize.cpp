// SPDX-License-Identifier: Apache-2.0
// The variance is taken about the chunk's own mean: an adder layer's sums have
// means of hundreds with deviations of a few, where the difference of squares
// would leave nothing of a float.

#include "normalize.h"

#include "lanes.h"

namespace berus {

namespace {

BERUS_INLINE Lanes folded(const Fold& fold, int f, Lanes y) {
    return (y - fold.mean[f]) * fold.scale[f] + fold.beta[f];
}

// Index in the convolved map of the value (i, j) of a pooling window.
BERUS_INLINE std::size_t convolved_index(const Dims& d, int py, int px, int i, int j, int f) {
    return (std::size_t(py * d.pool + i) * d.out_width + px * d.pool + j) * d.filters + f;
}

BERUS_INLINE std::size_t output_index(const Dims& d, int py, int px, int f) {
    return (std::size_t(py + d.out_padding) * d.pooled_width() + px + d.out_padding) * d.filters + f;
}

BERUS_INLINE Lanes window_maximum(const Dims& d, const Fold& fold, const Lanes* y, int py, int px, int f) {
    Lanes best = folded(fold, f, y[convolved_index(d, py, px, 0, 0, f)]);
    for (int i = 0; i < d.pool; ++i)
        for (int j = i == 0 ? 1 : 0; j < d.pool; ++j)
            best = larger(best, folded(fold, f, y[convolved_index(d, py, px, i, j, f)]));
    return best;
}

// Calls visit(index in y, filter, y, da) for every value of the convolved map of one chunk.
template <class Visit>
BERUS_INLINE void for_each_gradient(const Dims& d, const Fold& fold, const Lanes* y, const Lanes* dout,
                                    const Visit& visit) {
    for (int py = 0; py < d.out_height / d.pool; ++py) {
        for (int px = 0; px < d.out_width / d.pool; ++px) {
            for (int f = 0; f < d.filters; ++f) {
                const Lanes best = window_maximum(d, fold, y, py, px, f);
                Lanes gradient = dout[output_index(d, py, px, f)];
                if (fold.relu) gradient = keep(gradient, best > Lanes{});
                IntLanes open = ~IntLanes{};
                for (int i = 0; i < d.pool; ++i) {
                    for (int j = 0; j < d.pool; ++j) {
                        const std::size_t index = convolved_index(d, py, px, i, j, f);
                        const Lanes value = y[index];
                        const IntLanes chosen = (folded(fold, f, value) == best) & open;
                        open = open & ~chosen;
                        visit(index, f, value, keep(gradient, chosen));
                    }
                }
            }
        }
    }
}

}  // namespace

void moments(Pool& pool, const Dims& d, const float* y, double* out) {
    pool.run(d.chunks, [&](int chunk) {
        const Lanes* values = reinterpret_cast<const Lanes*>(y) + chunk * d.convolved_size();
        double* result = out + std::size_t(chunk) * d.filters * 2;
        std::vector<float> memory(std::size_t(d.filters) * LANES);
        std::vector<float> means(d.filters);
        Lanes* sums = reinterpret_cast<Lanes*>(memory.data());
        for (std::size_t pixel = 0; pixel < d.pixels(); ++pixel)
            for (int f = 0; f < d.filters; ++f) sums[f] = sums[f] + values[pixel * d.filters + f];
        for (int f = 0; f < d.filters; ++f) {
            means[f] = static_cast<float>(total(sums[f]) / (LANES * double(d.pixels())));
            sums[f] = Lanes{};
        }
        for (std::size_t pixel = 0; pixel < d.pixels(); ++pixel) {
            for (int f = 0; f < d.filters; ++f) {
                const Lanes deviation = values[pixel * d.filters + f] - means[f];
                sums[f] = sums[f] + deviation * deviation;
            }
        }
        for (int f = 0; f < d.filters; ++f) {
            result[2 * f] = static_cast<double>(means[f]);
            result[2 * f + 1] = total(sums[f]);
        }
    });
}

void activate(Pool& pool, const Dims& d, const float* y, const Fold& fold, float* out) {
    pool.run(d.chunks, [&](int chunk) {
        const Lanes* values = reinterpret_cast<const Lanes*>(y) + chunk * d.convolved_size();
        Lanes* output = reinterpret_cast<Lanes*>(out) + chunk * d.output_size();
        for (int py = 0; py < d.out_height / d.pool; ++py) {
            for (int px = 0; px < d.out_width / d.pool; ++px) {
                for (int f = 0; f < d.filters; ++f) {
                    const Lanes best = window_maximum(d, fold, values, py, px, f);
                    output[output_index(d, py, px, f)] = fold.relu ? larger(best, Lanes{}) : best;
                }
            }
        }
    });
}

void activate_sums(Pool& pool, const Dims& d, const float* y, const Fold& fold, const float* dout, double* out) {
    pool.run(d.chunks, [&](int chunk) {
        const Lanes* values = reinterpret_cast<const Lanes*>(y) + chunk * d.convolved_size();
        const Lanes* gradients = reinterpret_cast<const Lanes*>(dout) + chunk * d.output_size();
        double* result = out + std::size_t(chunk) * d.filters * 2;
        std::vector<float> memory(std::size_t(d.filters) * 2 * LANES);
        Lanes* sums = reinterpret_cast<Lanes*>(memory.data());
        for_each_gradient(d, fold, values, gradients, [&](std::size_t, int f, Lanes value, Lanes da) {
            sums[2 * f] = sums[2 * f] + da;
            sums[2 * f + 1] = sums[2 * f + 1] + da * (value - fold.mean[f]);
        });
        for (int i = 0; i < 2 * d.filters; ++i) result[i] = total(sums[i]);
    });
}

void activate_gradient(Pool& pool, const Dims& d, float* y, const Fold& fold, const float* dout, const float* offset,
                       const float* slope) {
    pool.run(d.chunks, [&](int chunk) {
        Lanes* values = reinterpret_cast<Lanes*>(y) + chunk * d.convolved_size();
        const Lanes* gradients = reinterpret_cast<const Lanes*>(dout) + chunk * d.output_size();
        for_each_gradient(d, fold, values, gradients, [&](std::size_t index, int f, Lanes value, Lanes da) {
            values[index] = (da - offset[f] - (value - fold.mean[f]) * slope[f]) * fold.scale[f];
        });
    });
}

}  // namespace berus
