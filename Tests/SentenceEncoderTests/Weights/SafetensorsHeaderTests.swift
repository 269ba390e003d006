import SentenceEncoder
import Testing

struct SafetensorsHeaderTests {
    private static let sound =
        #"{"__metadata__":{"format":"pt"},"a":{"dtype":"F32","shape":[2,3],"data_offsets":[0,24]}}"#

    @Test func aSoundHeaderPlacesItsTensorsBehindItself() throws {
        let header = try Self.header(Self.sound, data: 24)
        #expect(Array(header.entries.keys) == ["a"])
        let entry = try #require(header.entries["a"])
        #expect(entry.type == "F32")
        #expect(entry.shape == [2, 3])
        #expect(entry.bytes == 8 + Self.sound.utf8.count..<32 + Self.sound.utf8.count)
    }

    @Test(arguments: [
        "", "[]", "{", "null", #"{"a":1}"#, #"{"a":{}}"#, #"{"a":{"dtype":"F32","shape":[1]}}"#,
        #"{"a":{"dtype":"F31","shape":[1],"data_offsets":[0,4]}}"#,
        #"{"a":{"dtype":"F32","shape":[1],"data_offsets":[0]}}"#,
        #"{"a":{"dtype":"F32","shape":[1],"data_offsets":[-4,0]}}"#,
        #"{"a":{"dtype":"F32","shape":[1],"data_offsets":[4,0]}}"#,
        #"{"a":{"dtype":"F32","shape":[7],"data_offsets":[0,28]}}"#,
        #"{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,4]}}"#,
        #"{"a":{"dtype":"F32","shape":[-1],"data_offsets":[0,4]}}"#,
        #"{"a":{"dtype":"F32","shape":[9223372036854775807,2],"data_offsets":[0,4]}}"#,
        #"{"a":{"dtype":"F32","shape":[1.5],"data_offsets":[0,4]}}"#,
        #"{"a":{"dtype":"F32","shape":[1],"data_offsets":[9223372036854775807,9223372036854775807]}}"#,
    ])
    func anUnsoundHeaderIsRefused(json: String) {
        let error = #expect(throws: SentenceEncoderError.self) { try Self.header(json, data: 24) }
        #expect(error?.code == .malformedWeights)
    }

    @Test(arguments: 0..<500 as Range<UInt64>)
    func aDamagedHeaderIsRefusedOrStaysInsideTheFile(seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        var bytes = Array(Self.sound.utf8)
        for _ in 0..<Int.random(in: 1...4, using: &generator) {
            bytes[Int.random(in: bytes.indices, using: &generator)] = UInt8.random(in: 32...126, using: &generator)
        }
        let size = 8 + bytes.count + 24
        guard let header = try? SafetensorsHeader(json: bytes, fileSize: size) else { return }
        for entry in header.entries.values {
            #expect(entry.bytes.lowerBound >= 8 + bytes.count)
            #expect(entry.bytes.upperBound <= size)
            #expect(
                SafetensorsHeader.width(ofType: entry.type).map { $0 * entry.shape.reduce(1, *) } == entry.bytes.count
            )
        }
    }

    private static func header(_ json: String, data: Int) throws -> SafetensorsHeader {
        try SafetensorsHeader(json: Array(json.utf8), fileSize: 8 + json.utf8.count + data)
    }
}
