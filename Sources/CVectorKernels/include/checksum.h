// CRC32C (Castagnoli polynomial, RFC 3720 appendix B.4), by instruction where the processor has one.
#pragma once

#include <stddef.h>
#include <stdint.h>

#if defined(__cplusplus)
extern "C" {
#endif

#pragma clang assume_nonnull begin

/// Continues the checksum `crc` (0 to begin) over `length` bytes. `bytes` may be null when `length` is 0.
uint32_t cvk_crc32c(uint32_t crc, const void *_Nullable bytes, size_t length);

/// The same by table alone: the reference that the instruction is tested against.
uint32_t cvk_crc32c_table(uint32_t crc, const void *_Nullable bytes, size_t length);

#pragma clang assume_nonnull end

#if defined(__cplusplus)
}
#endif
