// SPDX-License-Identifier: Apache-2.0
// One register of codes: whole images, 64 bits of each.
//
// An image's 64 bits hold eight codes of up to 8 bits as bytes, or four wider
// ones as 16-bit words; a sum is one 64-bit lane, or the two 32-bit halves of
// one. So no step ever moves a value from one image's lane to another's, and
// registers of 8, 4 or 2 images give the same integers.

#ifndef BERUS_KERNEL_INTEGER_REGISTER_H
#define BERUS_KERNEL_INTEGER_REGISTER_H

#include <cstdint>

#if defined(__x86_64__)
#include <immintrin.h>
#endif

static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__, "codes are packed with the first one in the lowest bits");

#define BERUS_INLINE inline __attribute__((always_inline))

namespace berus::codes {

#if defined(__AVX512BW__) && defined(__AVX512DQ__)
constexpr int REGISTER = 64;  // bytes
#elif defined(__AVX2__)
constexpr int REGISTER = 32;
#else
constexpr int REGISTER = 16;
#endif

#define BERUS_VECTOR __attribute__((vector_size(REGISTER), may_alias))
typedef std::uint8_t Bytes BERUS_VECTOR;
typedef std::uint16_t Words BERUS_VECTOR;
typedef std::uint32_t Halves BERUS_VECTOR;
typedef std::int32_t SignedHalves BERUS_VECTOR;
typedef std::uint64_t Lanes BERUS_VECTOR;
typedef std::int64_t SignedLanes BERUS_VECTOR;
#undef BERUS_VECTOR

BERUS_INLINE Lanes splat(std::uint64_t value) { return Lanes{} + value; }

// add_byte_distances(sums, a, b) is sums and, in each lane, the distances of eight bytes. It must stay below 2^16: the adder of
// words that saturates is another unit than the one that makes distances, so neither waits for the other.

#if defined(__AVX2__)

// Written out because GCC 12 copies every sum once a step where it may choose.
BERUS_INLINE Lanes add_byte_distances(Lanes sums, Lanes a, Lanes b) {
    Lanes distances;
    asm("vpsadbw %3, %2, %1\n\tvpaddusw %1, %0, %0" : "+v"(sums), "=&v"(distances) : "v"(a), "v"(b));
    return sums;
}

#endif

#if defined(__AVX512BW__) && defined(__AVX512DQ__)

// In each half lane, the sum of two words' distances, less 65536: signed 16-bit numbers are what can be added in pairs.
BERUS_INLINE Halves word_distances(Lanes a, Lanes b) {
    const __m512i x = __m512i(a), y = __m512i(b);
    const __m512i one = _mm512_subs_epu16(x, y), other = _mm512_subs_epu16(y, x);
    const __m512i less = _mm512_ternarylogic_epi32(one, other, _mm512_set1_epi16(-0x8000), 0x56);  // (a | b) ^ c
    return Halves(_mm512_madd_epi16(less, _mm512_set1_epi16(1)));
}

// In each half lane, the sum of two products of signed words.
BERUS_INLINE Halves word_products(Lanes a, Lanes b) { return Halves(_mm512_madd_epi16(__m512i(a), __m512i(b))); }

// Product of the signed lower halves.
BERUS_INLINE SignedLanes product(Lanes a, Lanes b) {
    return SignedLanes(_mm512_maskz_mul_epi32(0xff, __m512i(a), __m512i(b)));
}

BERUS_INLINE SignedLanes clamp(SignedLanes a, SignedLanes low, SignedLanes high) {
    return SignedLanes(_mm512_maskz_min_epi64(0xff, _mm512_maskz_max_epi64(0xff, __m512i(a), __m512i(low)), __m512i(high)));
}

// The same for lanes whose lower halves have the value; what is above is lost.
BERUS_INLINE Lanes clamp_halves(SignedLanes a, SignedLanes low, SignedLanes high) {
    const __m512i raised = _mm512_maskz_max_epi32(0xffff, __m512i(a), __m512i(low));
    return Lanes(_mm512_maskz_min_epi32(0xffff, raised, __m512i(high)));
}

BERUS_INLINE Bytes larger(Bytes a, Bytes b) { return Bytes(_mm512_max_epu8(__m512i(a), __m512i(b))); }
BERUS_INLINE Words larger(Words a, Words b) { return Words(_mm512_max_epu16(__m512i(a), __m512i(b))); }

#elif defined(__AVX2__)

BERUS_INLINE Halves word_distances(Lanes a, Lanes b) {
    const __m256i x = __m256i(a), y = __m256i(b);
    const __m256i distance = _mm256_or_si256(_mm256_subs_epu16(x, y), _mm256_subs_epu16(y, x));
    return Halves(_mm256_madd_epi16(_mm256_xor_si256(distance, _mm256_set1_epi16(-0x8000)), _mm256_set1_epi16(1)));
}
BERUS_INLINE Halves word_products(Lanes a, Lanes b) { return Halves(_mm256_madd_epi16(__m256i(a), __m256i(b))); }
BERUS_INLINE SignedLanes product(Lanes a, Lanes b) { return SignedLanes(_mm256_mul_epi32(__m256i(a), __m256i(b))); }
BERUS_INLINE SignedLanes clamp(SignedLanes a, SignedLanes low, SignedLanes high) {
    const SignedLanes raised = a > low ? a : low;
    return raised < high ? raised : high;
}
BERUS_INLINE Lanes clamp_halves(SignedLanes a, SignedLanes low, SignedLanes high) {
    return Lanes(_mm256_min_epi32(_mm256_max_epi32(__m256i(a), __m256i(low)), __m256i(high)));
}
BERUS_INLINE Bytes larger(Bytes a, Bytes b) { return Bytes(_mm256_max_epu8(__m256i(a), __m256i(b))); }
BERUS_INLINE Words larger(Words a, Words b) { return Words(_mm256_max_epu16(__m256i(a), __m256i(b))); }

#else

#if defined(__SSE2__) && !defined(BERUS_PLAIN_VECTORS)

BERUS_INLINE Lanes add_byte_distances(Lanes sums, Lanes a, Lanes b) {
    return Lanes(_mm_adds_epu16(__m128i(sums), _mm_sad_epu8(__m128i(a), __m128i(b))));
}
BERUS_INLINE Halves word_distances(Lanes a, Lanes b) {
    const __m128i x = __m128i(a), y = __m128i(b);
    const __m128i distance = _mm_or_si128(_mm_subs_epu16(x, y), _mm_subs_epu16(y, x));
    return Halves(_mm_madd_epi16(_mm_xor_si128(distance, _mm_set1_epi16(-0x8000)), _mm_set1_epi16(1)));
}
BERUS_INLINE Halves word_products(Lanes a, Lanes b) { return Halves(_mm_madd_epi16(__m128i(a), __m128i(b))); }

#else  // any processor with 16-byte vectors, or the compiler's own loops

BERUS_INLINE Lanes add_byte_distances(Lanes sums, Lanes a, Lanes b) {
    const Bytes x = Bytes(a), y = Bytes(b);
    const Lanes bytes = Lanes(x > y ? x - y : y - x);
    const Lanes words = (bytes & 0x00ff00ff00ff00ff) + ((bytes >> 8) & 0x00ff00ff00ff00ff);
    const Lanes halves = (words & 0x0000ffff0000ffff) + ((words >> 16) & 0x0000ffff0000ffff);
    return sums + ((halves + (halves >> 32)) & 0xffffffff);
}
BERUS_INLINE Halves word_distances(Lanes a, Lanes b) {
    const Words x = Words(a), y = Words(b);
    const Halves distances = Halves(x > y ? x - y : y - x);
    return (distances & 0xffff) + (distances >> 16) - 65536;
}
BERUS_INLINE Halves word_products(Lanes a, Lanes b) {
    const SignedHalves x = SignedHalves(a), y = SignedHalves(b);
    const Halves low = Halves(SignedHalves(Halves(x) << 16) >> 16) * Halves(SignedHalves(Halves(y) << 16) >> 16);
    return low + Halves(x >> 16) * Halves(y >> 16);
}

#endif

BERUS_INLINE SignedLanes product(Lanes a, Lanes b) {
    return (SignedLanes(a << 32) >> 32) * (SignedLanes(b << 32) >> 32);
}
BERUS_INLINE SignedLanes clamp(SignedLanes a, SignedLanes low, SignedLanes high) {
    const SignedLanes raised = a > low ? a : low;
    return raised < high ? raised : high;
}
BERUS_INLINE Lanes clamp_halves(SignedLanes a, SignedLanes low, SignedLanes high) {
    const SignedHalves x = SignedHalves(a), least = SignedHalves(low), most = SignedHalves(high);
    const SignedHalves raised = x > least ? x : least;
    return Lanes(raised < most ? raised : most);
}
BERUS_INLINE Bytes larger(Bytes a, Bytes b) { return a > b ? a : b; }
BERUS_INLINE Words larger(Words a, Words b) { return a > b ? a : b; }

#endif

}  // namespace berus::codes

#endif
