internal import Foundation

/// A table of numbers as an `.npy` file holds it (NumPy's format, version 1 to 3): rows one after the other, little-endian.
struct BenchArray {
    /// The types of number that files come in.
    enum Element: String {
        case float32 = "<f4"
        case signed8 = "|i1"
        case unsigned8 = "|u1"
        case signed32 = "<i4"

        var byteCount: Int { self == .float32 || self == .signed32 ? 4 : 1 }
    }

    let element: Element
    let rowCount: Int
    /// Numbers in a row; 1 where the file has a single dimension.
    let rowLength: Int
    private let shape: [Int]
    private let bytes: [UInt8]
    private let firstByte: Int

    /// The numbers of one row.
    func vector(_ row: Int) throws -> [Float] {
        let start = firstByte + row * rowLength * element.byteCount
        let row = bytes[start..<start + rowLength * element.byteCount]
        switch element {
        case .signed8: return row.map { Float(Int8(bitPattern: $0)) }
        case .unsigned8: return row.map { Float($0) }
        case .float32:
            return stride(from: row.startIndex, to: row.endIndex, by: 4).map { at in
                Float(bitPattern: Self.word(row, at))
            }
        case .signed32: throw BenchFailure("a vector's numbers are float32 or int8, not int32")
        }
    }

    private static func word(_ bytes: ArraySlice<UInt8>, _ at: Int) -> UInt32 {
        UInt32(bytes[at]) | UInt32(bytes[at + 1]) << 8 | UInt32(bytes[at + 2]) << 16 | UInt32(bytes[at + 3]) << 24
    }
}

// MARK: - Making

extension BenchArray {
    /// Ids of `rows` rows, all of one length.
    init(rows: Int, ids: [Int32]) {
        let bytes = ids.flatMap { id in (0..<4).map { UInt8(truncatingIfNeeded: id >> ($0 * 8)) } }
        self.init(.signed32, shape: [rows, ids.count / max(1, rows)], bytes: bytes)
    }

    /// Vectors of one length as int8: each row is `round(127 x / max|x|)`, which keeps its direction.
    init(quantising vectors: [[Float]]) {
        let bytes = vectors.flatMap { vector in
            let scale = 127 / (vector.map(\.magnitude).max() ?? 1)
            return vector.map { UInt8(bitPattern: Int8(($0 * scale).rounded())) }
        }
        self.init(.signed8, shape: [vectors.count, vectors.first?.count ?? 0], bytes: bytes)
    }

    private init(_ element: Element, shape: [Int], bytes: [UInt8]) {
        self.element = element
        self.shape = shape
        self.bytes = bytes
        rowCount = shape.first ?? 1
        rowLength = shape.dropFirst().reduce(1, *)
        firstByte = 0
    }
}

// MARK: - Files

extension BenchArray {
    private static let magic = Array("\u{93}NUMPY".unicodeScalars.map { UInt8($0.value) })

    /// Reads a file whole.
    init(contentsOf path: String) throws {
        guard let data = FileManager.default.contents(atPath: path) else {
            throw BenchFailure("\(path) cannot be read")
        }
        let bytes = [UInt8](data)
        guard bytes.count >= 12, bytes.starts(with: Self.magic) else { throw BenchFailure("\(path) is no .npy file") }
        // The header's length is 2 bytes in version 1 and 4 bytes later.
        let lengthSize = bytes[6] == 1 ? 2 : 4
        let length = (0..<lengthSize).reduce(0) { $0 | Int(bytes[8 + $1]) << ($1 * 8) }
        firstByte = 8 + lengthSize + length
        guard firstByte <= bytes.count else { throw BenchFailure("\(path) ends in its header") }
        let header = String(decoding: bytes[(8 + lengthSize)..<firstByte], as: UTF8.self)

        guard
            let type = header.firstMatch(of: /'descr':\s*'([^']*)'/)?.output.1,
            let order = header.firstMatch(of: /'fortran_order':\s*(True|False)/)?.output.1,
            let sizes = header.firstMatch(of: /'shape':\s*\(([0-9, ]*)\)/)?.output.1
        else { throw BenchFailure("\(path) has a header of another form") }
        guard let element = Element(rawValue: String(type)) else {
            throw BenchFailure("\(path) holds numbers of type \(type), not float32, int8, uint8 or int32")
        }
        guard order == "False" else { throw BenchFailure("\(path) is not row-major") }
        self.element = element
        self.bytes = bytes
        shape = sizes.split(whereSeparator: { $0 == "," || $0 == " " }).compactMap { Int($0) }
        guard (1...2).contains(shape.count) else { throw BenchFailure("\(path) is no table of rows") }
        rowCount = shape[0]
        rowLength = shape.count == 2 ? shape[1] : 1

        let (count, overflows) = rowCount.multipliedReportingOverflow(by: rowLength)
        guard !overflows, count <= bytes.count, firstByte + count * element.byteCount == bytes.count else {
            throw BenchFailure("\(path) has another length than its header says")
        }
    }

    /// Writes the table: with a header of 128 bytes where the name ends in `.npy`, and as bare rows otherwise.
    ///
    /// Measuring programs that know the shape read bare rows.
    func write(to path: String) throws(BenchFailure) {
        let rows = Data(bytes[firstByte...])
        let isBare = !path.hasSuffix(".npy")
        guard FileManager.default.createFile(atPath: path, contents: isBare ? rows : header + rows) else {
            throw BenchFailure("\(path) cannot be written")
        }
    }

    private var header: Data {
        let sizes = shape.map(String.init).joined(separator: ", ")
        let text = "{'descr': '\(element.rawValue)', 'fortran_order': False, 'shape': (\(sizes)), }"
        let padding = String(repeating: " ", count: max(0, 128 - 10 - 1 - text.utf8.count)) + "\n"
        let length = text.utf8.count + padding.utf8.count
        return Data(Self.magic + [1, 0, UInt8(length & 255), UInt8(length >> 8)]) + Data((text + padding).utf8)
    }
}
