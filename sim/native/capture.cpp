// SPDX-License-Identifier: Apache-2.0

#include "capture.hpp"

#include <cstring>

namespace berus {

namespace {

template <class T>
T load(const void* address) {
    T value;
    std::memcpy(&value, address, sizeof value);
    return value;
}

uint32_t narrow(const Signal& signal) {
    switch (signal.bytes) {
        case 1: return load<uint8_t>(signal.address);
        case 2: return load<uint16_t>(signal.address);
        default: return load<uint32_t>(signal.address);
    }
}

const uint32_t* wide(const Signal& signal) { return static_cast<const uint32_t*>(signal.address); }

}  // namespace

bool Signal::isZero() const {
    if (bytes <= 4) return narrow(*this) == 0;
    uint32_t any = 0;
    for (uint32_t i = 0; i < words(); i++) any |= load<uint32_t>(wide(*this) + i);
    return any == 0;
}

bool Signal::equals(const std::vector<uint32_t>& value) const {
    if (bytes <= 4) return narrow(*this) == value[0];
    return std::memcmp(address, value.data(), bytes) == 0;
}

void Signal::append(std::vector<uint32_t>& to) const {
    if (bytes <= 4) {
        to.push_back(narrow(*this));
        return;
    }
    const size_t end = to.size();
    to.resize(end + words());
    std::memcpy(to.data() + end, address, bytes);
}

void Capture::sample(uint64_t cycle) {
    if (when.address != nullptr && when.isZero()) return;
    cycles.push_back(static_cast<double>(cycle));
    for (size_t i = 0; i < signals.size(); i++) signals[i].append(words[i]);
}

}  // namespace berus
