internal import PostgresDriver

/// Vectors as they lie in `bytea` columns: float32, little-endian, one after the other.
enum VectorBytes {
    /// The bytes of a vector.
    static func encode(_ vector: [Float]) -> PostgresBytes {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(vector.count * 4)
        for element in vector {
            let bits = element.bitPattern
            bytes.append(UInt8(truncatingIfNeeded: bits))
            bytes.append(UInt8(truncatingIfNeeded: bits >> 8))
            bytes.append(UInt8(truncatingIfNeeded: bits >> 16))
            bytes.append(UInt8(truncatingIfNeeded: bits >> 24))
        }
        return PostgresBytes(bytes)
    }

    /// The vector in a column; empty where the column is NULL.
    static func decode(_ row: PostgresRow, column: Int) -> [Float] {
        row.withBytes(at: column) { bytes in
            guard let bytes else { return [] }
            var vector: [Float] = []
            vector.reserveCapacity(bytes.count / 4)
            let raw = unsafe bytes.bytes
            for offset in stride(from: 0, through: raw.byteCount - 4, by: 4) {
                // In bounds by the stride; any four bytes are a valid pattern.
                let bits = unsafe raw.unsafeLoadUnaligned(fromUncheckedByteOffset: offset, as: UInt32.self)
                vector.append(Float(bitPattern: UInt32(littleEndian: bits)))
            }
            return vector
        }
    }
}
