import Foundation
import SentenceEncoder
import Testing

struct SafetensorsFileTests {
    @Test func numbersOfEachTypeReadAsTheirFloat32() throws {
        let json = """
            {"f32":{"dtype":"F32","shape":[2,2],"data_offsets":[0,16]},\
            "f16":{"dtype":"F16","shape":[3],"data_offsets":[16,22]},\
            "bf16":{"dtype":"BF16","shape":[2],"data_offsets":[22,26]},\
            "i64":{"dtype":"I64","shape":[1],"data_offsets":[26,34]}}
            """
        var data: [UInt8] = []
        for number: Float in [1, -2.5, 3e-30, .infinity] { data += Self.bytes(number.bitPattern) }
        for bits: UInt16 in [0x3c00, 0xc100, 0x7bff] { data += Self.bytes(bits) }
        for bits: UInt16 in [0x3f80, 0xc020] { data += Self.bytes(bits) }
        data += [UInt8](repeating: 0, count: 8)
        try Self.withFile(json: json, data: data) { path in
            let file = try SafetensorsFile(path: path)
            #expect(try Self.rows(file.tensor("f32", shape: [2, 2])) == [[1, -2.5], [3e-30, .infinity]])
            #expect(try Self.rows(file.tensor("f16", shape: [3])) == [[1, -2.5, 65504]])
            #expect(try Self.rows(file.tensor("bf16", shape: [2])) == [[1, -2.5]])
            for (name, shape) in [("i64", [1]), ("f32", [4]), ("absent", [1])] {
                let error = #expect(throws: SentenceEncoderError.self) { try file.tensor(name, shape: shape) }
                #expect(error?.code == .unexpectedTensor)
            }
        }
    }

    @Test func everyHalfPrecisionNumberHasItsValue() {
        for bits in UInt16.min...UInt16.max {
            let exponent = Int(bits >> 10 & 0x1f)
            let fraction = Double(bits & 0x3ff)
            let number = HalfPrecision.float(bits)
            #expect((number.sign == .minus) == (bits >> 15 == 1))
            if exponent == 0x1f {
                #expect(fraction == 0 ? number.isInfinite : number.isNaN)
            } else {
                let power = Double(sign: .plus, exponent: max(exponent, 1) - 25, significand: 1)
                #expect(Double(number.magnitude) == (fraction + (exponent == 0 ? 0 : 1024)) * power)
            }
        }
    }

    @Test(
        arguments: [[], [1, 2, 3], [255, 255, 255, 255, 255, 255, 255, 255], [9, 0, 0, 0, 0, 0, 0, 0, 123]] as [[UInt8]]
    )
    func aFileWithoutARoomForItsHeaderIsRefused(bytes: [UInt8]) throws {
        try Self.withFile(bytes) { path in
            let error = #expect(throws: SentenceEncoderError.self) { try SafetensorsFile(path: path) }
            #expect(error?.code == .malformedWeights)
        }
    }

    @Test func aMissingFileAndAFolderAreUnreadable() {
        for path in ["/nonexistent/model.safetensors", "/"] {
            let error = #expect(throws: SentenceEncoderError.self) { try SafetensorsFile(path: path) }
            #expect(error?.code == .unreadableFile)
        }
    }

    private static func bytes(_ number: some FixedWidthInteger) -> [UInt8] {
        (0..<number.bitWidth / 8).map { UInt8(truncatingIfNeeded: number >> ($0 * 8)) }
    }

    private static func rows(_ tensor: FloatTensor) -> [[Float]] {
        let matrix = Matrix(rows: tensor.rows, columns: tensor.columns)
        for row in 0..<tensor.rows { matrix.withRow(row) { tensor.copyRow(row, to: &$0) } }
        return matrix.values
    }

    private static func withFile(json: String, data: [UInt8], _ body: (String) throws -> Void) throws {
        try withFile(bytes(UInt64(json.utf8.count)) + Array(json.utf8) + data, body)
    }

    private static func withFile(_ bytes: [UInt8], _ body: (String) throws -> Void) throws {
        let url = FileManager.default.temporaryDirectory.appendingPathComponent("\(UUID().uuidString).safetensors")
        try Data(bytes).write(to: url)
        defer { try? FileManager.default.removeItem(at: url) }
        try body(url.path)
    }
}
