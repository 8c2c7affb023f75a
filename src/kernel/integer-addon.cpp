// SPDX-License-Identifier: Apache-2.0
// The integer kernels as functions on typed arrays.

#include <algorithm>

#include "arguments.h"
#include "integer-network.h"

namespace berus {

namespace {

using codes::Layer;
using codes::Network;

// Elements of an array of arrays, one for each layer.
class Column {
   public:
    Column(const Info& info, std::size_t index, std::size_t length) : info_(info), index_(index) {
        const bool fits = info[index].IsArray() && info[index].As<Napi::Array>().Length() == length;
        if (!fits) throw Napi::TypeError::New(info.Env(), "Expected argument " + std::to_string(index) + " to be a list.");
    }

    template <class T>
    std::vector<T> take(std::size_t layer, std::size_t length) const {
        const Napi::Value value = info_[index_].As<Napi::Array>()[layer];
        const bool fits = value.IsTypedArray() && value.As<Napi::TypedArray>().TypedArrayType() == kind<T>() &&
                          value.As<Napi::TypedArray>().ElementLength() == length;
        if (!fits) {
            throw Napi::RangeError::New(info_.Env(), "Expected argument " + std::to_string(index_) +
                                                         " to hold typed arrays of their types and lengths.");
        }
        const T* data = value.As<Napi::TypedArrayOf<T>>().Data();
        return std::vector<T>(data, data + length);
    }

   private:
    const Info& info_;
    std::size_t index_;
};

// (pool, fields, weights, mul, shortcutMul, add, shift, padCodes) -> network; every argument but the first two a list
// of arrays, one for each layer
Napi::Value prepare(const Info& info) {
    const std::size_t count = length_of(info, 1) / Layer::FIELDS;
    const auto* fields = array<std::int32_t>(info, 1, count * Layer::FIELDS);
    const Column weights(info, 2, count), mul(info, 3, count), shortcut_mul(info, 4, count);
    const Column add(info, 5, count), shift(info, 6, count), pad_codes(info, 7, count);
    std::vector<Layer> layers;
    for (std::size_t i = 0; i < count; ++i) {
        Layer layer = Layer::from(fields + i * Layer::FIELDS);
        const std::size_t filters = layer.filters;
        layer.weights = weights.take<std::int32_t>(i, filters * layer.taps());
        layer.mul = mul.take<std::int16_t>(i, filters);
        layer.shortcut_mul = shortcut_mul.take<std::int32_t>(i, layer.shortcut < 0 ? 0 : filters);
        const std::vector<double> offsets = add.take<double>(i, filters);
        for (const double offset : offsets) {
            if (!(offset >= -0x1p52 && offset <= 0x1p52)) throw std::invalid_argument("Expected offsets below 2^52.");
        }
        layer.add.assign(offsets.begin(), offsets.end());
        layer.shift = shift.take<std::uint8_t>(i, filters);
        for (const std::uint8_t bits : layer.shift) {
            if (bits > 63) throw std::invalid_argument("Expected shifts from 0 to 63.");
        }
        layer.pad_codes = pad_codes.take<std::uint16_t>(i, layer.input.channels);
        layers.push_back(std::move(layer));
    }
    return Napi::External<Network>::New(info.Env(), new Network(std::move(layers)),
                                        [](Napi::Env, Network* network) { delete network; });
}

// The typed array `value` of codes of `bits` bits.
char* codes_of(const Info& info, const Napi::Value& value, int bits, std::size_t length) {
    const auto type = bits > 8 ? napi_uint16_array : napi_uint8_array;
    if (!value.IsTypedArray() || value.As<Napi::TypedArray>().TypedArrayType() != type ||
        value.As<Napi::TypedArray>().ElementLength() != length) {
        throw Napi::RangeError::New(info.Env(), "Expected codes of their width and number.");
    }
    const auto codes = value.As<Napi::TypedArray>();
    return static_cast<char*>(codes.ArrayBuffer().Data()) + codes.ByteOffset();
}

template <class T>
void check_codes(const Info& info, const char* codes, std::size_t length, int bits) {
    const T* values = reinterpret_cast<const T*>(codes);
    T largest = 0;
    for (std::size_t i = 0; i < length; ++i) largest = std::max(largest, values[i]);
    if (largest >> bits == 0) return;
    throw Napi::RangeError::New(info.Env(), "Expected codes below " + std::to_string(1 << bits) + ", but received " +
                                                std::to_string(largest) + ".");
}

// (pool, network, images, count, [map or undefined of each layer])
void infer(const Info& info) {
    if (!info[1].IsExternal()) throw Napi::TypeError::New(info.Env(), "Expected argument 1 to be a network.");
    Network& network = *info[1].As<Napi::External<Network>>().Data();
    const int count = info[3].ToNumber().Int32Value();
    if (count < 1) throw Napi::RangeError::New(info.Env(), "Expected images.");
    const Layer& picture = network.picture();
    const char* images = codes_of(info, info[2], picture.in_bits, count * picture.input.size());
    const std::size_t pixels = count * picture.input.size();
    if (picture.in_bits > 8) {
        check_codes<std::uint16_t>(info, images, pixels, picture.in_bits);
    } else {
        check_codes<std::uint8_t>(info, images, pixels, picture.in_bits);
    }
    const std::vector<Layer>& layers = network.layers();
    if (!info[4].IsArray()) throw Napi::TypeError::New(info.Env(), "Expected argument 4 to be a list.");
    const auto list = info[4].As<Napi::Array>();
    std::vector<char*> outs;
    for (std::size_t i = 0; i < layers.size(); ++i) {
        const Napi::Value out = list[i];
        const std::size_t length = count * layers[i].output().size();
        outs.push_back(out.IsUndefined() ? nullptr : codes_of(info, out, layers[i].out_bits, length));
    }
    network.run(pool(info), images, count, outs);
}

}  // namespace

void register_integers(Napi::Env env, Napi::Object exports) {
    exports.Set("prepareIntegers", Napi::Function::New(env, prepare));
    exports.Set("inferIntegers", Napi::Function::New(env, infer));
}

}  // namespace berus
