// SPDX-License-Identifier: Apache-2.0
// Sixteen images side by side: the vector that every kernel computes with.
//
// The number of lanes belongs to the memory layout, not to the processor, and
// multiplies and adds are never fused (-ffp-contract=off). So one register of
// AVX-512, two of AVX2 or four of SSE or Neon give the same bits. A vector wider
// than a register would be kept in memory by GCC; hence halves of halves.

#ifndef BERUS_KERNEL_LANES_H
#define BERUS_KERNEL_LANES_H

#include <cstdint>
#include <cstring>

#if defined(__AVX__)
#include <immintrin.h>
#endif

#define BERUS_INLINE inline __attribute__((always_inline))

namespace berus {

constexpr int LANES = 16;

#if defined(__AVX512F__)
constexpr int WIDTH = 16;
#elif defined(__AVX__)
constexpr int WIDTH = 8;
#else
constexpr int WIDTH = 4;
#endif

// Accumulators that fit the registers: filters of a forward step, channels of an input-gradient step, filters
// and taps of a filter-gradient step. Any choice gives the same bits.
constexpr int FILTER_BLOCK = WIDTH == 16 ? 8 : 4;
constexpr int CHANNEL_BLOCK = WIDTH == 16 ? 8 : 2;
constexpr int FILTER_TILE = WIDTH == 16 ? 4 : 2;
constexpr int TAP_TILE = WIDTH == 16 ? 5 : 2;

// One register. Aligned like a float, because callers may pass ordinary typed arrays; aligned memory costs no extra.
typedef float FloatVector __attribute__((vector_size(4 * WIDTH), aligned(4), may_alias));
typedef std::int32_t IntVector __attribute__((vector_size(4 * WIDTH), aligned(4), may_alias));

struct IntPart {
    IntVector v;
};

struct FloatPart {
    FloatVector v;
};

template <class Half>
struct Pair {
    Half low, high;
};

BERUS_INLINE IntPart operator&(IntPart a, IntPart b) { return {a.v & b.v}; }
BERUS_INLINE IntPart operator~(IntPart a) { return {~a.v}; }
BERUS_INLINE FloatPart operator+(FloatPart a, FloatPart b) { return {a.v + b.v}; }
BERUS_INLINE FloatPart operator-(FloatPart a, FloatPart b) { return {a.v - b.v}; }
BERUS_INLINE FloatPart operator*(FloatPart a, FloatPart b) { return {a.v * b.v}; }
BERUS_INLINE FloatPart operator+(FloatPart a, float b) { return {a.v + b}; }
BERUS_INLINE FloatPart operator-(FloatPart a, float b) { return {a.v - b}; }
BERUS_INLINE FloatPart operator-(float a, FloatPart b) { return {a - b.v}; }
BERUS_INLINE FloatPart operator*(FloatPart a, float b) { return {a.v * b}; }
BERUS_INLINE IntPart operator>(FloatPart a, FloatPart b) { return {a.v > b.v}; }
BERUS_INLINE IntPart operator==(FloatPart a, FloatPart b) { return {a.v == b.v}; }

// |a|: all bits but the sign.
BERUS_INLINE FloatPart magnitude(FloatPart a) {
    return {reinterpret_cast<FloatVector>(reinterpret_cast<IntVector>(a.v) & 0x7fffffff)};
}

// The lanes whose mask is all ones, zero elsewhere.
BERUS_INLINE FloatPart keep(FloatPart a, IntPart mask) {
    return {reinterpret_cast<FloatVector>(reinterpret_cast<IntVector>(a.v) & mask.v)};
}

// a < b ? a : b and a > b ? a : b in each lane. GCC 12 makes two instructions of these plain forms, and warns
// about its own unmasked AVX-512 intrinsics.
#if defined(__AVX512F__)
BERUS_INLINE FloatPart smaller(FloatPart a, FloatPart b) {
    return {reinterpret_cast<FloatVector>(_mm512_maskz_min_ps(0xffff, __m512(a.v), __m512(b.v)))};
}
BERUS_INLINE FloatPart larger(FloatPart a, FloatPart b) {
    return {reinterpret_cast<FloatVector>(_mm512_maskz_max_ps(0xffff, __m512(a.v), __m512(b.v)))};
}
#elif defined(__AVX__)
BERUS_INLINE FloatPart smaller(FloatPart a, FloatPart b) { return {FloatVector(_mm256_min_ps(__m256(a.v), __m256(b.v)))}; }
BERUS_INLINE FloatPart larger(FloatPart a, FloatPart b) { return {FloatVector(_mm256_max_ps(__m256(a.v), __m256(b.v)))}; }
#else
BERUS_INLINE FloatPart smaller(FloatPart a, FloatPart b) { return {a.v < b.v ? a.v : b.v}; }
BERUS_INLINE FloatPart larger(FloatPart a, FloatPart b) { return {a.v > b.v ? a.v : b.v}; }
#endif

// sums += |a - b|, modulo 2^32; codes a and b are 0 to 65535.
BERUS_INLINE void add_distance(IntPart& sums, IntPart a, std::int32_t b) {
    typedef std::uint32_t WordVector __attribute__((vector_size(4 * WIDTH), aligned(4), may_alias));
    const IntVector difference = a.v - b;
    const IntVector negative = difference >> 31;
    const WordVector distance = reinterpret_cast<WordVector>((difference ^ negative) - negative);
    sums.v = reinterpret_cast<IntVector>(reinterpret_cast<WordVector>(sums.v) + distance);
}

template <class H>
BERUS_INLINE Pair<H> operator&(Pair<H> a, Pair<H> b) { return {a.low & b.low, a.high & b.high}; }
template <class H>
BERUS_INLINE Pair<H> operator~(Pair<H> a) { return {~a.low, ~a.high}; }
template <class H>
BERUS_INLINE Pair<H> operator+(Pair<H> a, Pair<H> b) { return {a.low + b.low, a.high + b.high}; }
template <class H>
BERUS_INLINE Pair<H> operator-(Pair<H> a, Pair<H> b) { return {a.low - b.low, a.high - b.high}; }
template <class H>
BERUS_INLINE Pair<H> operator*(Pair<H> a, Pair<H> b) { return {a.low * b.low, a.high * b.high}; }
template <class H>
BERUS_INLINE Pair<H> operator+(Pair<H> a, float b) { return {a.low + b, a.high + b}; }
template <class H>
BERUS_INLINE Pair<H> operator-(Pair<H> a, float b) { return {a.low - b, a.high - b}; }
template <class H>
BERUS_INLINE Pair<H> operator-(float a, Pair<H> b) { return {a - b.low, a - b.high}; }
template <class H>
BERUS_INLINE Pair<H> operator*(Pair<H> a, float b) { return {a.low * b, a.high * b}; }
template <class H>
BERUS_INLINE auto operator>(Pair<H> a, Pair<H> b) -> Pair<decltype(a.low > b.low)> {
    return {a.low > b.low, a.high > b.high};
}
template <class H>
BERUS_INLINE auto operator==(Pair<H> a, Pair<H> b) -> Pair<decltype(a.low == b.low)> {
    return {a.low == b.low, a.high == b.high};
}
template <class H>
BERUS_INLINE Pair<H> magnitude(Pair<H> a) { return {magnitude(a.low), magnitude(a.high)}; }
template <class H, class M>
BERUS_INLINE Pair<H> keep(Pair<H> a, Pair<M> mask) { return {keep(a.low, mask.low), keep(a.high, mask.high)}; }
template <class H>
BERUS_INLINE Pair<H> smaller(Pair<H> a, Pair<H> b) { return {smaller(a.low, b.low), smaller(a.high, b.high)}; }
template <class H>
BERUS_INLINE Pair<H> larger(Pair<H> a, Pair<H> b) { return {larger(a.low, b.low), larger(a.high, b.high)}; }
template <class H>
BERUS_INLINE void add_distance(Pair<H>& sums, Pair<H> a, std::int32_t b) {
    add_distance(sums.low, a.low, b);
    add_distance(sums.high, a.high, b);
}

#if defined(__AVX512F__)
typedef FloatPart Lanes;
typedef IntPart IntLanes;
#elif defined(__AVX__)
typedef Pair<FloatPart> Lanes;
typedef Pair<IntPart> IntLanes;
#else
typedef Pair<Pair<FloatPart>> Lanes;
typedef Pair<Pair<IntPart>> IntLanes;
#endif

static_assert(sizeof(Lanes) == 4 * LANES && alignof(Lanes) == 4 && sizeof(IntLanes) == 4 * LANES);

// Sum of the lanes in double, lane 0 first.
BERUS_INLINE double total(Lanes a) {
    float values[LANES];
    std::memcpy(values, &a, sizeof values);
    double sum = 0;
    for (int lane = 0; lane < LANES; ++lane) sum += static_cast<double>(values[lane]);
    return sum;
}

}  // namespace berus

#endif
