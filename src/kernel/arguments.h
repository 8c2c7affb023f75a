// SPDX-License-Identifier: Apache-2.0
// Arguments of the addon's functions. JavaScript has checked what the numbers
// mean; here every array is checked for type and length before it is
// dereferenced. node-addon-api turns C++ exceptions into JavaScript errors.

#ifndef BERUS_KERNEL_ARGUMENTS_H
#define BERUS_KERNEL_ARGUMENTS_H

#include <napi.h>

#include <cstdint>
#include <string>

#include "pool.h"

namespace berus {

using Info = Napi::CallbackInfo;

// The functions of integer-addon.cpp.
void register_integers(Napi::Env env, Napi::Object exports);

template <class T>
constexpr napi_typedarray_type kind();
template <>
constexpr napi_typedarray_type kind<std::int8_t>() { return napi_int8_array; }
template <>
constexpr napi_typedarray_type kind<std::uint8_t>() { return napi_uint8_array; }
template <>
constexpr napi_typedarray_type kind<std::int16_t>() { return napi_int16_array; }
template <>
constexpr napi_typedarray_type kind<std::uint16_t>() { return napi_uint16_array; }
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

inline std::size_t length_of(const Info& info, std::size_t index) {
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

// The thread pool, which is argument 0 of every function that shares out work.
inline Pool& pool(const Info& info) {
    if (!info[0].IsExternal()) throw Napi::TypeError::New(info.Env(), "Expected argument 0 to be a thread pool.");
    return *info[0].As<Napi::External<Pool>>().Data();
}

inline float number(const Info& info, std::size_t index) { return info[index].ToNumber().FloatValue(); }

}  // namespace berus

#endif
