// SPDX-License-Identifier: Apache-2.0
// Sixteen images side by side, and the registers that hold them.
//
// The number of lanes belongs to the memory layout, not to the processor, and
// multiplies and adds are never fused (-ffp-contract=off). So one register of
// AVX-512, two of AVX2 or four of SSE or Neon give the same bits: kernels do
// the parts of the sixteen lanes one after the other.

#ifndef BERUS_KERNEL_LANES_H
#define BERUS_KERNEL_LANES_H

#include <cstddef>
#include <cstdint>

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

// Registers that hold the sixteen lanes of one value.
constexpr int PARTS = LANES / WIDTH;

// One register. Aligned like a float, because callers may pass ordinary typed arrays; aligned memory costs no extra.
typedef float FloatVector __attribute__((vector_size(4 * WIDTH), aligned(4), may_alias));
typedef std::int32_t IntVector __attribute__((vector_size(4 * WIDTH), aligned(4), may_alias));

// Less zero, which compilers know to change nothing; a sum with zero changes -0.
BERUS_INLINE FloatVector splat(float a) { return a - FloatVector{}; }
BERUS_INLINE IntVector bits(FloatVector a) { return reinterpret_cast<IntVector>(a); }
BERUS_INLINE FloatVector floats(IntVector a) { return reinterpret_cast<FloatVector>(a); }

// |a|: all bits but the sign.
BERUS_INLINE FloatVector magnitude(FloatVector a) { return floats(bits(a) & 0x7fffffff); }

// The lanes whose mask is all ones, zero elsewhere.
BERUS_INLINE FloatVector keep(FloatVector a, IntVector mask) { return floats(bits(a) & mask); }

// a with the sign of b; a is not negative.
BERUS_INLINE FloatVector with_sign(FloatVector a, FloatVector b) {
    return floats(bits(a) | (bits(b) & static_cast<std::int32_t>(0x80000000)));
}

// smaller: a < b ? a : b; larger: a > b ? a : b; unit: a clipped to -1..1. GCC 12 makes two instructions of the plain
// forms, and warns about its own unmasked AVX-512 intrinsics.
#if defined(__AVX512F__)
BERUS_INLINE FloatVector smaller(FloatVector a, FloatVector b) {
    return FloatVector(_mm512_maskz_min_ps(0xffff, __m512(a), __m512(b)));
}
BERUS_INLINE FloatVector larger(FloatVector a, FloatVector b) {
    return FloatVector(_mm512_maskz_max_ps(0xffff, __m512(a), __m512(b)));
}
#elif defined(__AVX__)
BERUS_INLINE FloatVector smaller(FloatVector a, FloatVector b) { return FloatVector(_mm256_min_ps(__m256(a), __m256(b))); }
BERUS_INLINE FloatVector larger(FloatVector a, FloatVector b) { return FloatVector(_mm256_max_ps(__m256(a), __m256(b))); }
#else
BERUS_INLINE FloatVector smaller(FloatVector a, FloatVector b) { return a < b ? a : b; }
BERUS_INLINE FloatVector larger(FloatVector a, FloatVector b) { return a > b ? a : b; }
#endif

#if defined(__AVX512DQ__)
// The one of smaller magnitude, with the sign of the first.
BERUS_INLINE FloatVector unit(FloatVector a, FloatVector one) {
    return FloatVector(_mm512_maskz_range_ps(0xffff, __m512(a), __m512(one), 0x02));
}
#else
BERUS_INLINE FloatVector unit(FloatVector a, FloatVector one) {
    return larger(smaller(a, one), FloatVector{} - one);
}
#endif

// Sum of sixteen lanes in double, by halves: lane 0 and lane 8 first.
BERUS_INLINE double total(const float* lanes) {
    typedef float Eight __attribute__((vector_size(32), aligned(4), may_alias));
    typedef double Wide __attribute__((vector_size(64)));
    typedef double Half __attribute__((vector_size(32)));
    const Eight* halves = reinterpret_cast<const Eight*>(lanes);
    const Wide w = __builtin_convertvector(halves[0], Wide) + __builtin_convertvector(halves[1], Wide);
    const Half h = Half{w[0], w[1], w[2], w[3]} + Half{w[4], w[5], w[6], w[7]};
    return (h[0] + h[2]) + (h[1] + h[3]);
}

}  // namespace berus

#endif
