// SPDX-License-Identifier: Apache-2.0
// What the kernels are measured against, compiled with their flags: the most
// additions that this processor does a second, and an adder layer's step done
// the way huawei-noah/AdderNet's adder.py does it. Times are of this thread.

#include <node_api.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <ctime>
#include <vector>

#include "lanes.h"

namespace {

double now() {
    timespec t;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
    return double(t.tv_sec) + 1e-9 * double(t.tv_nsec);
}

// Additions of floats a second, all in registers: enough of them independent to hide how long one takes.
double peak() {
    using berus::FloatVector;
    constexpr int CHAINS = berus::WIDTH == 16 ? 24 : 12;
    constexpr long ROUNDS = 4'000'000;
    FloatVector sums[CHAINS];
    for (int i = 0; i < CHAINS; ++i) sums[i] = berus::splat(float(i));
    const FloatVector one = berus::splat(1e-3f);
    const double start = now();
    for (long round = 0; round < ROUNDS; ++round) {
#pragma GCC unroll 24
        for (int i = 0; i < CHAINS; ++i) sums[i] = sums[i] + one;
    }
    const double seconds = now() - start;
    volatile float kept = 0;
    for (int i = 0; i < CHAINS; ++i) kept = kept + sums[i][0];
    return double(ROUNDS) * CHAINS * berus::WIDTH / seconds;
}

struct Layer {
    int height, width, channels, kernel, filters, stride, padding;
    int rows() const { return (height + 2 * padding - kernel) / stride + 1; }
    int columns() const { return (width + 2 * padding - kernel) / stride + 1; }
    std::size_t taps() const { return std::size_t(kernel) * kernel * channels; }
    std::size_t pixels(int batch) const { return std::size_t(rows()) * columns() * batch; }
};

// One layer for one batch. Every line of a tensor is P pixels of all images, which lie beside each other. Each loop is
// one operation of the Python code, and writes the whole tensor [F, K, P] as eager PyTorch does; the memory of the
// tensors is kept from operation to operation, which favours this code.
struct Plain {
    Layer l;
    int batch;
    std::size_t F, K, P;
    std::vector<float> x, w, g, cols, out, dw, dcols, dx, a, b;

    explicit Plain(const Layer& layer, int images)
        : l(layer), batch(images), F(layer.filters), K(layer.taps()), P(layer.pixels(images)) {
        x.resize(std::size_t(l.channels) * l.height * l.width * batch);
        w.resize(F * K), dw.resize(F * K);
        g.resize(F * P), out.resize(F * P);
        cols.resize(K * P), dcols.resize(K * P), dx.resize(x.size());
        a.resize(F * K * P), b.resize(F * K * P);
        std::uint32_t seed = 1;
        for (std::vector<float>* all : {&x, &w, &g}) {
            for (float& value : *all) value = float((seed = seed * 1664525u + 1013904223u) >> 8) / 8388608.0f - 1.0f;
        }
    }

    // Calls visit(place in x, place in cols) for every value; x is [channel][row][column][image].
    template <class Visit>
    void unfolded(const Visit& visit) {
        for (int c = 0; c < l.channels; ++c)
            for (int ky = 0; ky < l.kernel; ++ky)
                for (int kx = 0; kx < l.kernel; ++kx)
                    for (int oy = 0; oy < l.rows(); ++oy)
                        for (int ox = 0; ox < l.columns(); ++ox) {
                            const int y = oy * l.stride - l.padding + ky, xx = ox * l.stride - l.padding + kx;
                            if (y < 0 || y >= l.height || xx < 0 || xx >= l.width) continue;
                            const std::size_t from = ((std::size_t(c) * l.height + y) * l.width + xx) * batch;
                            const std::size_t k = (std::size_t(c) * l.kernel + ky) * l.kernel + kx;
                            visit(from, k * P + (std::size_t(oy) * l.columns() + ox) * batch);
                        }
    }

    template <class Body>
    void each(const Body& body) {
        for (std::size_t f = 0; f < F; ++f)
            for (std::size_t k = 0; k < K; ++k) body(f, k, (f * K + k) * P);
    }

    void unfold() {
        std::fill(cols.begin(), cols.end(), 0.0f);
        unfolded([&](std::size_t from, std::size_t to) { std::copy_n(&x[from], batch, &cols[to]); });
    }

    void forward() {
        each([&](std::size_t f, std::size_t k, std::size_t at) {
            for (std::size_t p = 0; p < P; ++p) a[at + p] = w[f * K + k] - cols[k * P + p];
        });
        each([&](std::size_t, std::size_t, std::size_t at) {
            for (std::size_t p = 0; p < P; ++p) b[at + p] = std::fabs(a[at + p]);
        });
        std::fill(out.begin(), out.end(), 0.0f);
        each([&](std::size_t f, std::size_t, std::size_t at) {
            for (std::size_t p = 0; p < P; ++p) out[f * P + p] += b[at + p];
        });
        for (float& value : out) value = -value;
    }

    void filter_gradient() {
        difference();
        each([&](std::size_t f, std::size_t, std::size_t at) {
            for (std::size_t p = 0; p < P; ++p) b[at + p] = a[at + p] * g[f * P + p];
        });
        double squares = 0;
        each([&](std::size_t f, std::size_t k, std::size_t at) {
            float sums[16] = {};
            std::size_t p = 0;
            for (; p + 16 <= P; p += 16)
                for (int i = 0; i < 16; ++i) sums[i] += b[at + p + i];
            float sum = 0;
            for (; p < P; ++p) sum += b[at + p];
            for (const float part : sums) sum += part;
            dw[f * K + k] = sum;
            squares += double(sum) * double(sum);
        });
        const float scale = float(std::sqrt(double(F * K)) / std::max(std::sqrt(squares), 1e-12) / 5);
        for (float& value : dw) value *= scale;
    }

    void input_gradient() {
        difference();
        each([&](std::size_t, std::size_t, std::size_t at) {
            for (std::size_t p = 0; p < P; ++p) b[at + p] = std::min(std::max(a[at + p], -1.0f), 1.0f);
        });
        each([&](std::size_t, std::size_t, std::size_t at) {
            for (std::size_t p = 0; p < P; ++p) a[at + p] = -b[at + p];
        });
        each([&](std::size_t f, std::size_t, std::size_t at) {
            for (std::size_t p = 0; p < P; ++p) b[at + p] = a[at + p] * g[f * P + p];
        });
        std::fill(dcols.begin(), dcols.end(), 0.0f);
        each([&](std::size_t, std::size_t k, std::size_t at) {
            for (std::size_t p = 0; p < P; ++p) dcols[k * P + p] += b[at + p];
        });
        std::fill(dx.begin(), dx.end(), 0.0f);
        unfolded([&](std::size_t to, std::size_t from) {
            for (int i = 0; i < batch; ++i) dx[to + i] += dcols[from + i];
        });
    }

    void difference() {
        each([&](std::size_t f, std::size_t k, std::size_t at) {
            for (std::size_t p = 0; p < P; ++p) a[at + p] = cols[k * P + p] - w[f * K + k];
        });
    }

    double step() {
        unfold();
        forward();
        filter_gradient();
        input_gradient();
        const double start = now();
        unfold();
        forward();
        filter_gradient();
        input_gradient();
        return now() - start;
    }
};

napi_value number(napi_env env, double value) {
    napi_value result = nullptr;
    napi_create_double(env, value, &result);
    return result;
}

// () -> additions of floats a second
napi_value run_peak(napi_env env, napi_callback_info) { return number(env, peak()); }

// ([height, width, channels, kernel, filters, stride, padding, batch]) -> seconds of one layer's step, once warm
napi_value run_step(napi_env env, napi_callback_info info) {
    std::size_t count = 1, length = 0;
    napi_value argument = nullptr;
    void* data = nullptr;
    napi_typedarray_type type;
    napi_get_cb_info(env, info, &count, &argument, nullptr, nullptr);
    if (napi_get_typedarray_info(env, argument, &type, &length, &data, nullptr, nullptr) != napi_ok || length != 8 ||
        type != napi_int32_array) {
        napi_throw_type_error(env, nullptr, "Expected eight sizes of a layer.");
        return nullptr;
    }
    const auto* v = static_cast<const std::int32_t*>(data);
    return number(env, Plain({v[0], v[1], v[2], v[3], v[4], v[5], v[6]}, v[7]).step());
}

}  // namespace

NAPI_MODULE_INIT() {
    napi_value function = nullptr;
    napi_create_function(env, "peak", NAPI_AUTO_LENGTH, run_peak, nullptr, &function);
    napi_set_named_property(env, exports, "peak", function);
    napi_create_function(env, "step", NAPI_AUTO_LENGTH, run_step, nullptr, &function);
    napi_set_named_property(env, exports, "step", function);
    return exports;
}
