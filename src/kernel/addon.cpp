// SPDX-License-Identifier: Apache-2.0
// The kernels as functions on typed arrays. JavaScript has checked what the
// numbers mean; here every array is checked for type and length before it is
// dereferenced. node-addon-api turns C++ exceptions into JavaScript errors.

#include <napi.h>

#include <algorithm>
#include <cstdlib>
#include <new>
#include <string>

#include "adder.h"
#include "images.h"
#include "integers.h"
#include "lanes.h"
#include "normalize.h"

namespace {

using berus::Dims;
using berus::LANES;
using berus::Pool;
using Info = Napi::CallbackInfo;

template <class T>
constexpr napi_typedarray_type kind();
template <>
constexpr napi_typedarray_type kind<std::uint8_t>() { return napi_uint8_array; }
template <>
constexpr napi_typedarray_type kind<std::int16_t>() { return napi_int16_array; }
template <>
constexpr napi_typedarray_type kind<std::int32_t>() { return napi_int32_array; }
template <>
constexpr napi_typedarray_type kind<std::uint32_t>() { return napi_uint32_array; }
template <>
constexpr napi_typedarray_type kind<std::int64_t>() { return napi_bigint64_array; }
template <>
constexpr napi_typedarray_type kind<float>() { return napi_float32_array; }
template <>
constexpr napi_typedarray_type kind<double>() { return napi_float64_array; }

std::size_t length_of(const Info& info, std::size_t index) {
    return info[index].IsTypedArray() ? info[index].As<Napi::TypedArray>().ElementLength() : 0;
}

// The typed array in argument `index`, which must hold exactly `length` values.
template <class T>
T* array(const Info& info, std::size_t index, std::size_t length) {
    if (!info[index].IsTypedArray() || info[index].As<Napi::TypedArray>().TypedArrayType() != kind<T>()) {
        throw Napi::TypeError::New(info.Env(), "Expected argument " + std::to_string(index) +
                                                   " to be a typed array of its type, but received another.");
    }
    if (length_of(info, index) != length) {
        throw Napi::RangeError::New(info.Env(), "Expected argument " + std::to_string(index) + " to hold " +
                                                    std::to_string(length) + " values, but received " +
                                                    std::to_string(length_of(info, index)) + ".");
    }
    return info[index].As<Napi::TypedArrayOf<T>>().Data();
}

Pool& pool(const Info& info) {
    if (!info[0].IsExternal()) throw Napi::TypeError::New(info.Env(), "Expected argument 0 to be a thread pool.");
    return *info[0].As<Napi::External<Pool>>().Data();
}

Dims dims(const Info& info) { return Dims::from(array<std::int32_t>(info, 1, Dims::FIELDS)); }

float number(const Info& info, std::size_t index) { return info[index].ToNumber().FloatValue(); }

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

// (pool, [chunks, height, width, channels, padding], images, chosen, warps or undefined, scale, offset, out)
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
    float* out = array<float>(info, 7, slots * (v[1] + 2 * v[4]) * (v[2] + 2 * v[4]) * v[3]);
    berus::load_images(pool(info), {images, chosen, warps, v[0], v[1], v[2], v[3], v[4], number(info, 5), number(info, 6)},
                       out);
}

// (pool, dims, x, weights, y)
void forward(const Info& info) {
    const Dims d = dims(info);
    berus::adder_forward(pool(info), d, array<float>(info, 2, d.chunks * d.input_size() * LANES),
                         array<float>(info, 3, d.filters * d.taps()),
                         array<float>(info, 4, d.chunks * d.convolved_size() * LANES));
}

// (pool, dims, x, weights, dy, dx)
void input_gradient(const Info& info) {
    const Dims d = dims(info);
    const std::size_t input = d.chunks * d.input_size() * LANES;
    berus::adder_input_gradient(pool(info), d, array<float>(info, 2, input), array<float>(info, 3, d.filters * d.taps()),
                                array<float>(info, 4, d.chunks * d.convolved_size() * LANES),
                                array<float>(info, 5, input));
}

// (pool, dims, x, dy, dw)
void filter_gradient(const Info& info) {
    const Dims d = dims(info);
    berus::adder_filter_gradient(pool(info), d, array<float>(info, 2, d.chunks * d.input_size() * LANES),
                                 array<float>(info, 3, d.chunks * d.convolved_size() * LANES),
                                 array<float>(info, 4, d.filters * d.taps()));
}

// (pool, dims, y, moments)
void moments(const Info& info) {
    const Dims d = dims(info);
    berus::moments(pool(info), d, array<float>(info, 2, d.chunks * d.convolved_size() * LANES),
                   array<double>(info, 3, std::size_t(d.chunks) * d.filters * 2));
}

// Arguments 3 to 6 of the functions below: mean, scale, beta, relu.
berus::Fold fold(const Info& info, const Dims& d) {
    return {array<float>(info, 3, d.filters), array<float>(info, 4, d.filters), array<float>(info, 5, d.filters),
            info[6].ToBoolean().Value()};
}

// (pool, dims, y, mean, scale, beta, relu, out)
void activate(const Info& info) {
    const Dims d = dims(info);
    berus::activate(pool(info), d, array<float>(info, 2, d.chunks * d.convolved_size() * LANES), fold(info, d),
                    array<float>(info, 7, d.chunks * d.output_size() * LANES));
}

// (pool, dims, y, mean, scale, beta, relu, dout, sums)
void activate_sums(const Info& info) {
    const Dims d = dims(info);
    berus::activate_sums(pool(info), d, array<float>(info, 2, d.chunks * d.convolved_size() * LANES), fold(info, d),
                         array<float>(info, 7, d.chunks * d.output_size() * LANES),
                         array<double>(info, 8, std::size_t(d.chunks) * d.filters * 2));
}

// (pool, dims, y, mean, scale, beta, relu, dout, offset, slope)
void activate_gradient(const Info& info) {
    const Dims d = dims(info);
    berus::activate_gradient(pool(info), d, array<float>(info, 2, d.chunks * d.convolved_size() * LANES), fold(info, d),
                             array<float>(info, 7, d.chunks * d.output_size() * LANES),
                             array<float>(info, 8, d.filters), array<float>(info, 9, d.filters));
}

// (pool, dims, x, weights, mul, add, shift, low, high, out)
void integer_layer(const Info& info) {
    const Dims d = dims(info);
    const auto* shift = array<std::uint8_t>(info, 6, d.filters);
    for (int f = 0; f < d.filters; ++f) {
        if (shift[f] > 47) throw Napi::RangeError::New(info.Env(), "Expected shifts from 0 to 47.");
    }
    const berus::IntegerFold fold{array<std::int16_t>(info, 4, d.filters), array<std::int64_t>(info, 5, d.filters),
                                  shift, info[7].ToNumber().Int32Value(), info[8].ToNumber().Int32Value()};
    berus::integer_layer(pool(info), d, array<std::int32_t>(info, 2, d.chunks * d.input_size() * LANES),
                         array<std::int32_t>(info, 3, d.filters * d.taps()), fold,
                         array<std::int32_t>(info, 9, d.chunks * d.output_size() * LANES));
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
    exports.Set("integerLayer", Napi::Function::New(env, integer_layer));
    return exports;
}

}  // namespace

NODE_API_MODULE(kernel, init)
