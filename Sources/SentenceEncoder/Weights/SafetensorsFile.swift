/// A mapped safetensors file, every tensor of which is known to lie in it.
package struct SafetensorsFile: Sendable {
    package let header: SafetensorsHeader
    private let file: MappedFile

    /// Maps the file and checks its header.
    ///
    /// Throws `unreadableFile` or `malformedWeights`.
    package init(path: String) throws(SentenceEncoderError) {
        file = try MappedFile(path: path)
        guard file.count >= 8 else { throw SentenceEncoderError(.malformedWeights, "the file is too short") }
        let length = file.withBytes(0..<8) { bytes in
            (0..<8).reduce(UInt64(0)) {
                $0 | UInt64(unsafe bytes.unsafeLoad(fromByteOffset: $1, as: UInt8.self)) << ($1 * 8)
            }
        }
        guard length <= UInt64(min(file.count - 8, SafetensorsHeader.maximumLength)) else {
            throw SentenceEncoderError(.malformedWeights, "the header is longer than the file or the limit")
        }
        let json = file.withBytes(8..<8 + Int(length)) { bytes in
            (0..<bytes.byteCount).map { unsafe bytes.unsafeLoad(fromByteOffset: $0, as: UInt8.self) }
        }
        header = try SafetensorsHeader(json: json, fileSize: file.count)
    }

    /// The tensor of that name, if it has that shape and a type that can be read as float32.
    package func tensor(_ name: String, shape: [Int]) throws(SentenceEncoderError) -> FloatTensor {
        guard let entry = header.entries[name] else {
            throw SentenceEncoderError(.unexpectedTensor, "tensor \(name) is missing")
        }
        guard entry.shape == shape else {
            throw SentenceEncoderError(.unexpectedTensor, "tensor \(name) has shape \(entry.shape), not \(shape)")
        }
        guard let type = FloatTensor.ElementType(rawValue: entry.type) else {
            throw SentenceEncoderError(.unexpectedTensor, "tensor \(name) has type \(entry.type)")
        }
        return FloatTensor(file: file, bytes: entry.bytes, type: type, columns: shape.last ?? 1)
    }
}

/// A tensor of the file, read row by row as float32.
package struct FloatTensor: Sendable {
    /// The number formats that convert to float32 without loss.
    package enum ElementType: String, Sendable {
        case float32 = "F32"
        case float16 = "F16"
        case bfloat16 = "BF16"

        var width: Int { self == .float32 ? 4 : 2 }
    }

    /// Numbers per row: the last extent of the shape.
    package let columns: Int
    /// Rows, all other extents multiplied.
    package let rows: Int
    private let file: MappedFile
    private let bytes: Range<Int>
    private let type: ElementType

    init(file: MappedFile, bytes: Range<Int>, type: ElementType, columns: Int) {
        self.file = file
        self.bytes = bytes
        self.type = type
        self.columns = columns
        rows = columns == 0 ? 0 : bytes.count / (type.width * columns)
    }

    /// Copies one row into `target`, which has as many numbers as the row.
    package func copyRow(_ row: Int, to target: inout MutableSpan<Float>) {
        precondition(row >= 0 && row < rows && target.count == columns, "row outside the tensor")
        let size = columns * type.width
        let start = bytes.lowerBound + row * size
        file.withBytes(start..<start + size) { source in
            for column in 0..<columns {
                target[column] = number(column, of: source)
            }
        }
    }

    /// Numbers are little-endian and need not be aligned.
    @inline(__always)
    private func number(_ index: Int, of source: RawSpan) -> Float {
        switch type {
        case .float32:
            let bits = unsafe source.unsafeLoadUnaligned(fromByteOffset: index * 4, as: UInt32.self)
            return Float(bitPattern: UInt32(littleEndian: bits))
        case .float16:
            let bits = unsafe source.unsafeLoadUnaligned(fromByteOffset: index * 2, as: UInt16.self)
            return HalfPrecision.float(UInt16(littleEndian: bits))
        case .bfloat16:
            let bits = unsafe source.unsafeLoadUnaligned(fromByteOffset: index * 2, as: UInt16.self)
            return Float(bitPattern: UInt32(UInt16(littleEndian: bits)) << 16)
        }
    }
}

/// IEEE 754 half precision, by its bits: `Float16` does not exist on every platform.
package enum HalfPrecision {
    /// The float32 of the same value.
    package static func float(_ bits: UInt16) -> Float {
        let sign = UInt32(bits >> 15) << 31
        let exponent = UInt32(bits >> 10) & 0x1f
        let fraction = UInt32(bits) & 0x3ff
        switch exponent {
        case 0:
            let magnitude = Float(fraction) * 0x1p-24
            return sign == 0 ? magnitude : -magnitude
        case 0x1f:
            return Float(bitPattern: sign | 0x7f80_0000 | fraction << 13)
        default:
            return Float(bitPattern: sign | (exponent + 112) << 23 | fraction << 13)
        }
    }
}
