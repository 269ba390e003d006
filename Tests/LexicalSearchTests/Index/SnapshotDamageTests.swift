import LexicalSearch
import Testing

struct SnapshotDamageTests {
    private func bytes() throws -> [UInt8] {
        var texts = try RandomTexts(seed: 77)
        let index = LexicalIndex(analyzerSignature: 260)
        for key in 0..<12 as Range<UInt64> { index.insert(key, try texts.document(), at: texts.place(step: Int(key))) }
        return index.serialized()
    }

    @Test func truncationsAndBitFlipsAreRefused() throws {
        let bytes = try bytes()
        #expect(try LexicalIndex(serialized: bytes).count == 12)
        for length in bytes.indices {
            #expect(throws: LexicalSearchError.self) { try LexicalIndex(serialized: Array(bytes[..<length])) }
        }
        for index in bytes.indices {
            var damaged = bytes
            damaged[index] ^= 1 << UInt8(index % 8)
            #expect(throws: LexicalSearchError.self) { try LexicalIndex(serialized: damaged) }
        }
        #expect(throws: LexicalSearchError.self) { try LexicalIndex(serialized: bytes + bytes) }
    }

    @Test func damageUnderAMatchingChecksumNeverCrashes() throws {
        let bytes = try bytes()
        var generator = SeededGenerator(seed: 78)
        for _ in 0..<3_000 {
            var damaged = Array(bytes.dropLast(4))
            for _ in 0..<Int.random(in: 1...3, using: &generator) {
                let index = Int.random(in: 5..<damaged.count, using: &generator)
                damaged[index] = UInt8.random(in: 0...255, using: &generator)
            }
            let sum = CRC32C.checksum(damaged, count: damaged.count)
            damaged += [0, 8, 16, 24].map { UInt8(truncatingIfNeeded: sum >> $0) }
            if let index = try? LexicalIndex(serialized: damaged) { index.checkInvariants() }
        }
    }

    @Test func aNewerFormatIsToldApartFromDamage() throws {
        var bytes = try bytes()
        bytes[4] = 3
        let error = #expect(throws: LexicalSearchError.self) { try LexicalIndex(serialized: bytes) }
        #expect(error?.code == .unsupportedFormat)
        #expect(error?.description.contains("version 3") == true)
    }

    @Test func theChecksumIsCastagnolis() {
        #expect(CRC32C.checksum(Array("123456789".utf8), count: 9) == 0xE306_9283)
    }
}
