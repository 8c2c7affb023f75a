// SPDX-License-Identifier: Apache-2.0
// The variance is taken about a value near the mean: an adder layer's sums have
// means of hundreds with deviations of a few, where the difference of squares
// would leave nothing of a float.

#include "normalize.h"

namespace berus {

namespace {

// Registers of one pixel of a map with a channel for each filter.
std::size_t pixel_parts(const Dims& d) { return std::size_t(d.filters) * PARTS; }

// One chunk: z before and after ReLU at any pixel of the convolved map. `i` counts registers of a pixel.
struct Values {
    const Dims& d;
    const Fold& fold;
    const FloatVector* y;
    const FloatVector* added;

    Values(const Dims& dims, const Fold& f, const float* sums, int chunk)
        : d(dims),
          fold(f),
          y(reinterpret_cast<const FloatVector*>(sums) + chunk * dims.convolved_size() * PARTS),
          added(f.added == nullptr ? nullptr
                                   : reinterpret_cast<const FloatVector*>(f.added) +
                                         (chunk * dims.added_size() + std::size_t(dims.added_border) * dims.added_row() +
                                          std::size_t(dims.added_border) * dims.filters) *
                                             PARTS) {}

    BERUS_INLINE FloatVector at(int row, int column, std::size_t i) const {
        const std::size_t f = i / PARTS;
        const FloatVector value = y[(std::size_t(row) * d.width + column) * pixel_parts(d) + i];
        FloatVector z = (value - fold.mean[f]) * fold.scale[f] + fold.beta[f];
        if (added != nullptr) z = z + added[(std::size_t(row) * d.added_row() + column * d.filters) * PARTS + i];
        return fold.relu ? larger(z, FloatVector{}) : z;
    }
};

// Convolved pixels that a window reaches.
struct Window {
    int top, bottom, left, right;  // from, to before

    Window(const Dims& d, int row, int column)
        : top(std::max(0, row * d.pool_stride - d.pool_padding)),
          bottom(std::min(d.height, row * d.pool_stride - d.pool_padding + d.pool)),
          left(std::max(0, column * d.pool_stride - d.pool_padding)),
          right(std::min(d.width, column * d.pool_stride - d.pool_padding + d.pool)) {}
};

// Nearest integer of a / step, at most one beyond the limits; ties to even.
BERUS_INLINE FloatVector code(const Grid& grid, FloatVector a) {
    const FloatVector rounder = splat(12582912.0f);  // 1.5 x 2^23: adding it leaves an integer
    const FloatVector bounded =
        larger(smaller(a / splat(grid.step), splat(grid.high + 1.0f)), splat(grid.low - 1.0f));
    return (bounded + rounder) - rounder;
}

BERUS_INLINE FloatVector rounded(const Grid& grid, FloatVector a) {
    return larger(smaller(code(grid, a), splat(grid.high)), splat(grid.low)) * grid.step;
}

// The gradient of a value before the grid.
BERUS_INLINE FloatVector through(const Grid& grid, FloatVector gradient, FloatVector a) {
    if (grid.step == 0.0f) return gradient;
    const FloatVector q = code(grid, a);
    return keep(gradient, (q >= splat(grid.low)) & (q <= splat(grid.high)));
}

// The largest value of a window, not yet on the grid; or the mean of its values, each on the grid, as codes are averaged.
BERUS_INLINE FloatVector pooled(const Values& values, const Grid& grid, const Window& w, std::size_t i) {
    const bool average = values.d.average, each = average && grid.step != 0.0f;
    FloatVector result{};
    for (int row = w.top; row < w.bottom; ++row) {
        for (int column = w.left; column < w.right; ++column) {
            const FloatVector a = values.at(row, column, i), z = each ? rounded(grid, a) : a;
            const bool first = row == w.top && column == w.left;
            result = first ? z : average ? result + z : larger(result, z);
        }
    }
    return average ? result * (1.0f / float(values.d.pool * values.d.pool)) : result;
}

// What is carried back and added up in one chunk.
struct Carried {
    const Dims& d;
    const Values& values;
    const Grid& grid;
    const FloatVector* dout;
    FloatVector* da;
    FloatVector* sums;      // of da, for each register of a pixel
    FloatVector* weighted;  // of da (y - mean)

    BERUS_INLINE void add(std::size_t at, std::size_t i, FloatVector gradient) const {
        sums[i] = sums[i] + gradient;
        weighted[i] = weighted[i] + gradient * (values.y[at] - values.fold.mean[i / PARTS]);
    }

    // Without pooling.
    void straight() const {
        const std::size_t parts = pixel_parts(d);
        std::size_t at = 0;
        for (int row = 0; row < d.height; ++row) {
            for (int column = 0; column < d.width; ++column) {
                for (std::size_t i = 0; i < parts; ++i, ++at) {
                    const FloatVector z = values.at(row, column, i);
                    FloatVector gradient = through(grid, dout[at], z);
                    if (values.fold.relu) gradient = keep(gradient, z > FloatVector{});
                    da[at] = gradient;
                    add(at, i, gradient);
                }
            }
        }
    }

    // To the first of equal largest of each window, or to all alike.
    void spread() const {
        const std::size_t parts = pixel_parts(d);
        const bool apart = d.pool_stride == d.pool;  // every pixel is in one window
        if (!apart) std::fill_n(reinterpret_cast<float*>(da), d.convolved_size() * LANES, 0.0f);
        for (int row = 0; row < d.out_height; ++row) {
            for (int column = 0; column < d.out_width; ++column) {
                const Window w(d, row, column);
                const FloatVector* own = dout + (std::size_t(row) * d.out_width + column) * parts;
                for (std::size_t i = 0; i < parts; ++i) {
                    if (d.average) {
                        share(w, i, own[i], apart);
                    } else {
                        give(w, i, own[i], apart);
                    }
                }
            }
        }
        for (std::size_t pixel = 0; pixel < d.pixels(); ++pixel)
            for (std::size_t i = 0; i < parts; ++i) add(pixel * parts + i, i, da[pixel * parts + i]);
    }

    BERUS_INLINE void put(int row, int column, std::size_t i, FloatVector gradient, bool apart) const {
        FloatVector* to = da + (std::size_t(row) * d.width + column) * pixel_parts(d) + i;
        *to = apart ? gradient : *to + gradient;
    }

    BERUS_INLINE void share(const Window& w, std::size_t i, FloatVector gradient, bool apart) const {
        const FloatVector part = gradient * (1.0f / float(d.pool * d.pool));
        for (int r = w.top; r < w.bottom; ++r) {
            for (int c = w.left; c < w.right; ++c) {
                const FloatVector z = values.at(r, c, i);
                const FloatVector own = through(grid, part, z);
                put(r, c, i, values.fold.relu ? keep(own, z > FloatVector{}) : own, apart);
            }
        }
    }

    BERUS_INLINE void give(const Window& w, std::size_t i, FloatVector gradient, bool apart) const {
        const FloatVector a = pooled(values, grid, w, i);
        gradient = through(grid, gradient, a);
        if (values.fold.relu) gradient = keep(gradient, a > FloatVector{});
        IntVector open = ~IntVector{};
        for (int r = w.top; r < w.bottom; ++r) {
            for (int c = w.left; c < w.right; ++c) {
                const IntVector chosen = (values.at(r, c, i) == a) & open;
                open = open & ~chosen;
                put(r, c, i, keep(gradient, chosen), apart);
            }
        }
    }
};

}  // namespace

void moments(Pool& pool, const Dims& d, const float* y, double* out) {
    const std::size_t parts = pixel_parts(d);
    pool.run(d.chunks, [&](int chunk) {
        const FloatVector* values = reinterpret_cast<const FloatVector*>(y) + chunk * d.convolved_size() * PARTS;
        double* result = out + std::size_t(chunk) * d.filters * 2;
        std::vector<float> memory(std::size_t(d.filters) * LANES * 2);
        std::vector<float> near(d.filters);
        FloatVector* sums = reinterpret_cast<FloatVector*>(memory.data());
        FloatVector* squares = sums + parts;
        for (int column = 0; column < d.width; ++column)
            for (std::size_t i = 0; i < parts; ++i) sums[i] = sums[i] + values[column * parts + i];
        for (int f = 0; f < d.filters; ++f) {
            near[f] = static_cast<float>(total(memory.data() + f * LANES) / (LANES * double(d.width)));
        }
        std::fill(memory.begin(), memory.end(), 0.0f);
        for (std::size_t pixel = 0; pixel < d.pixels(); ++pixel) {
            for (std::size_t i = 0; i < parts; ++i) {
                const FloatVector deviation = values[pixel * parts + i] - near[i / PARTS];
                sums[i] = sums[i] + deviation;
                squares[i] = squares[i] + deviation * deviation;
            }
        }
        const double count = LANES * double(d.pixels());
        for (int f = 0; f < d.filters; ++f) {
            const double sum = total(memory.data() + f * LANES);
            result[2 * f] = static_cast<double>(near[f]) + sum / count;
            result[2 * f + 1] = total(memory.data() + (d.filters + f) * LANES) - sum * sum / count;
        }
    });
}

void activate(Pool& pool, const Dims& d, const float* y, const Fold& fold, const Grid& grid, float* out) {
    const std::size_t parts = pixel_parts(d);
    const int bands = bands_of(d.chunks, d.out_height, pool.threads());
    pool.run(d.chunks * bands, [&](int task) {
        const Band band = band_of(task, bands, d.out_height);
        const Values values(d, fold, y, band.chunk);
        for (int row = band.begin; row < band.end; ++row) {
            FloatVector* to = reinterpret_cast<FloatVector*>(out) +
                              (band.chunk * d.output_size() + std::size_t(row + d.out_border) * d.out_row() +
                               std::size_t(d.out_border) * d.filters) *
                                  PARTS;
            for (int column = 0; column < d.out_width; ++column, to += parts) {
                const Window window(d, row, column);
                for (std::size_t i = 0; i < parts; ++i) {
                    const FloatVector a = pooled(values, grid, window, i);
                    to[i] = grid.step == 0.0f || d.average ? a : rounded(grid, a);
                }
            }
        }
    });
}

void activate_sums(Pool& pool, const Dims& d, const float* y, const Fold& fold, const Grid& grid, float* dout,
                   float* da, double* out) {
    pool.run(d.chunks, [&](int chunk) {
        const Values values(d, fold, y, chunk);
        std::vector<float> memory(std::size_t(d.filters) * LANES * 2);
        FloatVector* sums = reinterpret_cast<FloatVector*>(memory.data());
        const Carried carried{d,
                              values,
                              grid,
                              reinterpret_cast<const FloatVector*>(dout) + chunk * d.output_gradient_size() * PARTS,
                              reinterpret_cast<FloatVector*>(da) + chunk * d.convolved_size() * PARTS,
                              sums,
                              sums + pixel_parts(d)};
        if (d.pool == 1) {
            carried.straight();
        } else {
            carried.spread();
        }
        double* result = out + std::size_t(chunk) * d.filters * 2;
        for (int f = 0; f < d.filters; ++f) {
            result[2 * f] = total(memory.data() + f * LANES);
            result[2 * f + 1] = total(memory.data() + (d.filters + f) * LANES);
        }
    });
}

void activate_gradient(Pool& pool, const Dims& d, float* y, const Fold& fold, const float* da, const float* offset,
                       const float* slope, float* dadded, bool add) {
    const std::size_t parts = pixel_parts(d);
    const int bands = bands_of(d.chunks, d.height, pool.threads());
    pool.run(d.chunks * bands, [&](int task) {
        const Band band = band_of(task, bands, d.height);
        for (int row = band.begin; row < band.end; ++row) {
            const std::size_t begin =
                (band.chunk * d.convolved_size() + std::size_t(row) * d.width * d.filters) * PARTS;
            FloatVector* values = reinterpret_cast<FloatVector*>(y) + begin;
            const FloatVector* gradients = reinterpret_cast<const FloatVector*>(da) + begin;
            for (int column = 0; column < d.width; ++column) {
                for (std::size_t i = 0; i < parts; ++i) {
                    const std::size_t f = i / PARTS, at = column * parts + i;
                    values[at] =
                        (gradients[at] - offset[f] - (values[at] - fold.mean[f]) * slope[f]) * fold.scale[f];
                }
            }
            if (dadded == nullptr) continue;
            FloatVector* to = reinterpret_cast<FloatVector*>(dadded) +
                              (band.chunk * d.added_gradient_size() + std::size_t(row) * d.added_width * d.filters) * PARTS;
            for (std::size_t i = 0; i < d.width * parts; ++i) to[i] = add ? to[i] + gradients[i] : gradients[i];
        }
    });
}

}  // namespace berus
