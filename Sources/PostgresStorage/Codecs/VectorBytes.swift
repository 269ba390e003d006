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
            for at in stride(from: 0, to: bytes.count - 3, by: 4) {
                let low = UInt32(bytes[at]) | UInt32(bytes[at + 1]) << 8
                let high = UInt32(bytes[at + 2]) << 16 | UInt32(bytes[at + 3]) << 24
                vector.append(Float(bitPattern: low | high))
            }
            return vector
        }
    }
}
