// SPDX-License-Identifier: Apache-2.0
// The float kernels as functions on typed arrays, and the addon itself.

#include <algorithm>
#include <cstdlib>
#include <new>

#include "arguments.h"
#include "images.h"
#include "lanes.h"
#include "normalize.h"
#include "sums.h"

namespace {

using berus::array;
using berus::Dims;
using berus::Info;
using berus::LANES;
using berus::length_of;
using berus::number;
using berus::Pool;
using berus::pool;

Dims dims(const Info& info) { return Dims::from(array<std::int32_t>(info, 1, Dims::FIELDS)); }

// (threads) -> pool
Napi::Value create_pool(const Info& info) {
    const int threads = info[0].ToNumber().Int32Value();
    if (threads < 1 || threads > 64) throw Napi::RangeError::New(info.Env(), "Expected threads from 1 to 64.");
    return Napi::External<Pool>::New(info.Env(), new Pool(threads), [](Napi::Env, Pool* pool) { delete pool; });
}

// (length) -> Float32Array of zeros on a 64-byte boundary
Napi::Value allocate(const Info& info) {
    const std::size_t length = info[0].ToNumber().Uint32Value();
    const std::size_t bytes = (length * sizeof(float) + 63) / 64 * 64;
    void* memory = std::aligned_alloc(64, bytes == 0 ? 64 : bytes);
    if (memory == nullptr) throw std::bad_alloc();
    std::fill_n(static_cast<char*>(memory), bytes, 0);
    const auto release = [](Napi::Env, void* data) { std::free(data); };
    return Napi::Float32Array::New(info.Env(), length,
                                   Napi::ArrayBuffer::New(info.Env(), memory, length * sizeof(float), release), 0);
}

// (pool, [chunks, height, width, channels, border], images, chosen, warps or undefined, scale, offset, around, out)
void load_images(const Info& info) {
    const std::int32_t* v = array<std::int32_t>(info, 1, 5);
    for (int i = 0; i < 5; ++i) {
        if (v[i] < (i < 4 ? 1 : 0) || v[i] > 65536) throw Napi::RangeError::New(info.Env(), "Expected image sizes.");
    }
    const std::size_t slots = std::size_t(v[0]) * LANES;
    const std::size_t image = std::size_t(v[1]) * v[2] * v[3];
    const std::size_t count = length_of(info, 2) / image;
    const auto* images = array<std::uint8_t>(info, 2, count * image);
    const auto* chosen = array<std::uint32_t>(info, 3, slots);
    for (std::size_t i = 0; i < slots; ++i) {
        if (chosen[i] >= count) throw Napi::RangeError::New(info.Env(), "Expected numbers of images in the data.");
    }
    const auto* warps = info[4].IsUndefined() ? nullptr : array<std::int32_t>(info, 4, slots * 6);
    float* out = array<float>(info, 8, slots * (v[1] + 2 * v[4]) * (v[2] + 2 * v[4]) * v[3]);
    berus::load_images(pool(info),
                       {images, chosen, warps, v[0], v[1], v[2], v[3], v[4], array<float>(info, 5, v[3]),
                        array<float>(info, 6, v[3]), array<float>(info, 7, v[3])},
                       out);
}

float* input(const Info& info, std::size_t index, const Dims& d) {
    return array<float>(info, index, d.chunks * d.input_size() * LANES);
}

float* convolved(const Info& info, std::size_t index, const Dims& d) {
    return array<float>(info, index, d.chunks * d.convolved_size() * LANES);
}

float* output_gradient(const Info& info, std::size_t index, const Dims& d) {
    return array<float>(info, index, d.chunks * d.output_gradient_size() * LANES);
}

float* filters(const Info& info, std::size_t index, const Dims& d) {
    return array<float>(info, index, d.filters * d.taps());
}

// 0 multiplies, 1 adds, up to 2 is a norm.
float power(const Info& info) {
    const float value = number(info, 2);
    if (value == 0.0f || (value >= 1.0f && value <= 2.0f)) return value;
    throw Napi::RangeError::New(info.Env(), "Expected a power of 0 or from 1 to 2.");
}

// (pool, dims, power, x, weights, y)
void forward(const Info& info) {
    const Dims d = dims(info);
    berus::sums_forward(pool(info), d, power(info), input(info, 3, d), filters(info, 4, d), convolved(info, 5, d));
}

// (pool, dims, power, x, weights, dy, dx, add)
void input_gradient(const Info& info) {
    const Dims d = dims(info);
    berus::sums_input_gradient(pool(info), d, power(info), input(info, 3, d), filters(info, 4, d),
                               convolved(info, 5, d),
                               array<float>(info, 6, d.chunks * d.input_gradient_size() * LANES),
                               info[7].ToBoolean().Value());
}

// (pool, dims, power, x, weights, dy, dw)
void filter_gradient(const Info& info) {
    const Dims d = dims(info);
    berus::sums_filter_gradient(pool(info), d, power(info), input(info, 3, d), filters(info, 4, d),
                                convolved(info, 5, d), filters(info, 6, d));
}

// (pool, dims, y, moments)
void moments(const Info& info) {
    const Dims d = dims(info);
    berus::moments(pool(info), d, convolved(info, 2, d), array<double>(info, 3, std::size_t(d.chunks) * d.filters * 2));
}

// Arguments 3 to 7 of the functions below: mean, scale, beta, relu, the shortcut's map or undefined.
berus::Fold fold(const Info& info, const Dims& d) {
    const float* added =
        info[7].IsUndefined() ? nullptr : array<float>(info, 7, d.chunks * d.added_size() * LANES);
    return {array<float>(info, 3, d.filters), array<float>(info, 4, d.filters), array<float>(info, 5, d.filters),
            info[6].ToBoolean().Value(), added};
}

// Argument 8: step, low, high.
berus::Grid grid(const Info& info) {
    const float* v = array<float>(info, 8, 3);
    return {v[0], v[1], v[2]};
}

// (pool, dims, y, fold..., grid, out)
void activate(const Info& info) {
    const Dims d = dims(info);
    berus::activate(pool(info), d, convolved(info, 2, d), fold(info, d), grid(info),
                    array<float>(info, 9, d.chunks * d.output_size() * LANES));
}

// (pool, dims, y, fold..., grid, dout, da, sums)
void activate_sums(const Info& info) {
    const Dims d = dims(info);
    berus::activate_sums(pool(info), d, convolved(info, 2, d), fold(info, d), grid(info), output_gradient(info, 9, d),
                         convolved(info, 10, d), array<double>(info, 11, std::size_t(d.chunks) * d.filters * 2));
}

// (pool, dims, y, fold..., da, offset, slope, gradient of the shortcut's map or undefined, add)
void activate_gradient(const Info& info) {
    const Dims d = dims(info);
    float* dadded = info[11].IsUndefined()
                        ? nullptr
                        : array<float>(info, 11, d.chunks * d.added_gradient_size() * LANES);
    berus::activate_gradient(pool(info), d, convolved(info, 2, d), fold(info, d), convolved(info, 8, d),
                             array<float>(info, 9, d.filters), array<float>(info, 10, d.filters), dadded,
                             info[12].ToBoolean().Value());
}

Napi::Object init(Napi::Env env, Napi::Object exports) {
    exports.Set("createPool", Napi::Function::New(env, create_pool));
    exports.Set("allocate", Napi::Function::New(env, allocate));
    exports.Set("loadImages", Napi::Function::New(env, load_images));
    exports.Set("forward", Napi::Function::New(env, forward));
    exports.Set("inputGradient", Napi::Function::New(env, input_gradient));
    exports.Set("filterGradient", Napi::Function::New(env, filter_gradient));
    exports.Set("moments", Napi::Function::New(env, moments));
    exports.Set("activate", Napi::Function::New(env, activate));
    exports.Set("activateSums", Napi::Function::New(env, activate_sums));
    exports.Set("activateGradient", Napi::Function::New(env, activate_gradient));
    berus::register_integers(env, exports);
    return exports;
}

}  // namespace

NODE_API_MODULE(kernel, init)
