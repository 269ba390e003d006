#include "include/checksum.h"

#include <string.h>

#if defined(__x86_64__)
#include <nmmintrin.h>
#define CRC_TARGET __attribute__((target("sse4.2")))
#define CRC_8(crc, value) ((uint32_t)_mm_crc32_u64(crc, value))
#define CRC_1(crc, value) _mm_crc32_u8(crc, value)
#elif defined(__aarch64__)
#include <arm_acle.h>
#if defined(__linux__)
#include <sys/auxv.h>
#endif
#define CRC_TARGET __attribute__((target("crc")))
#define CRC_8(crc, value) __crc32cd(crc, value)
#define CRC_1(crc, value) __crc32cb(crc, value)
#endif

// Remainders of the sixteen half-bytes under the reflected polynomial 0x82F63B78: small enough to read here, and used
// only where the processor has no instruction.
static const uint32_t half_byte_remainder[16] = {
    0x00000000, 0x105EC76F, 0x20BD8EDE, 0x30E349B1, 0x417B1DBC, 0x5125DAD3, 0x61C69362, 0x7198540D,
    0x82F63B78, 0x92A8FC17, 0xA24BB5A6, 0xB21572C9, 0xC38D26C4, 0xD3D3E1AB, 0xE330A81A, 0xF36E6F75,
};

uint32_t cvk_crc32c_table(uint32_t crc, const void *bytes, size_t length) {
    const uint8_t *next = bytes;
    crc = ~crc;
    for (size_t i = 0; i < length; i++) {
        crc ^= next[i];
        crc = (crc >> 4) ^ half_byte_remainder[crc & 15];
        crc = (crc >> 4) ^ half_byte_remainder[crc & 15];
    }
    return ~crc;
}

#if defined(CRC_TARGET)
// A sum is a polynomial over GF(2), its highest power in the lowest bit, and bytes that follow multiply it by a power of x.
// Three parts are summed side by side, since the instruction takes three cycles and one may begin in each.
enum { PART_BYTES = 8192 };
static const uint32_t power_of_part = 0x28461564;  // x to the 8 * PART_BYTES

static uint32_t product(uint32_t a, uint32_t b) {
    uint32_t sum = 0;
    for (int bit = 31; bit >= 0; bit--) {
        sum ^= b & (0u - (a >> bit & 1));
        b = (b >> 1) ^ (0x82F63B78 & (0u - (b & 1)));
    }
    return sum;
}

CRC_TARGET static uint32_t crc32c_three_parts(uint32_t crc, const uint8_t *next) {
    uint32_t second = 0, third = 0;
    for (size_t i = 0; i < PART_BYTES; i += 8) {
        uint64_t words[3];
        memcpy(&words[0], next + i, 8);
        memcpy(&words[1], next + PART_BYTES + i, 8);
        memcpy(&words[2], next + 2 * PART_BYTES + i, 8);
        crc = CRC_8(crc, words[0]);
        second = CRC_8(second, words[1]);
        third = CRC_8(third, words[2]);
    }
    return product(product(crc, power_of_part) ^ second, power_of_part) ^ third;
}

CRC_TARGET static uint32_t crc32c_instruction(uint32_t crc, const void *bytes, size_t length) {
    const uint8_t *next = bytes;
    crc = ~crc;
    for (; length >= 3 * PART_BYTES; length -= 3 * PART_BYTES, next += 3 * PART_BYTES)
        crc = crc32c_three_parts(crc, next);
    for (; length >= 8; length -= 8, next += 8) {
        uint64_t word;
        memcpy(&word, next, 8);
        crc = CRC_8(crc, word);
    }
    for (; length > 0; length--, next++) crc = CRC_1(crc, *next);
    return ~crc;
}

static int has_instruction(void) {
#if defined(__x86_64__)
    return __builtin_cpu_supports("sse4.2");
#elif defined(__linux__)
    enum { HWCAP_CRC32_BIT = 1 << 7 };
    return (getauxval(AT_HWCAP) & HWCAP_CRC32_BIT) != 0;
#else
    return 1;
#endif
}
#endif

uint32_t cvk_crc32c(uint32_t crc, const void *bytes, size_t length) {
#if defined(CRC_TARGET)
    if (has_instruction()) return crc32c_instruction(crc, bytes, length);
#endif
    return cvk_crc32c_table(crc, bytes, length);
}
