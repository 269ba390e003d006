import LexicalSearch
import Testing

struct TermVectorTests {
    private func sample() throws -> TermVector {
        let fields = DocumentFields(
            text: "Die Entscheidung: max_batch_tokens = 512, siehe src/net/Curl.c. 検索結果 Entscheidung",
            author: "Ana Lima",
            date: "2026-03-14 Saturday",
            tags: ["infra", "batch"]
        )
        return try Analyzer(language: .german).terms(of: fields)
    }

    @Test func theByteFormRoundTrips() throws {
        let vector = try sample()
        #expect(try TermVector(serialized: vector.serialized()) == vector)
        let empty = try Analyzer().terms(of: DocumentFields(text: ""))
        #expect(try TermVector(serialized: empty.serialized()) == empty)
    }

    @Test func randomDocumentsRoundTrip() throws {
        var texts = try RandomTexts(seed: 11)
        for _ in 0..<300 {
            let vector = try texts.document()
            #expect(try TermVector(serialized: vector.serialized()) == vector)
        }
    }

    @Test func everyTruncationIsRefused() throws {
        let bytes = try sample().serialized()
        for length in bytes.indices {
            #expect(throws: LexicalSearchError.self) { try TermVector(serialized: Array(bytes[..<length])) }
        }
        #expect(throws: LexicalSearchError.self) { try TermVector(serialized: bytes + [0]) }
    }

    @Test func flippedAndRandomBytesNeverCrash() throws {
        let bytes = try sample().serialized()
        for index in bytes.indices {
            for bit in 0..<8 {
                var damaged = bytes
                damaged[index] ^= 1 << UInt8(bit)
                if let vector = try? TermVector(serialized: damaged) {
                    #expect(try TermVector(serialized: vector.serialized()) == vector)
                }
            }
        }
        var generator = SeededGenerator(seed: 5)
        for _ in 0..<5_000 {
            let noise = (0..<Int.random(in: 0..<64, using: &generator)).map { _ in
                UInt8.random(in: 0...255, using: &generator)
            }
            _ = try? TermVector(serialized: [1] + noise)
        }
    }

    @Test func anotherVersionIsToldApartFromDamage() throws {
        var bytes = try sample().serialized()
        bytes[0] = 9
        let error = #expect(throws: LexicalSearchError.self) { try TermVector(serialized: bytes) }
        #expect(error?.code == .unsupportedFormat)
    }

    @Test func frequenciesStopAtTheirMaximum() {
        var frequencies = FieldFrequencies()
        for field in Field.allCases { frequencies[field] = 5_000 }
        #expect(Field.allCases.map { frequencies[$0] } == [1_023, 15, 15, 15, 31, 31])
        frequencies[.date] = -1
        #expect(Field.allCases.map { frequencies[$0] } == [1_023, 15, 0, 15, 31, 31])
        #expect(!frequencies.isEmpty)
    }

    @Test func neighboursTextsAreNotStored() throws {
        var fields = DocumentFields(text: "Rolled back")
        fields.add("Deploy failed", as: .adjacent)
        fields.add("Deploy started", as: .nearby)
        let terms = try Analyzer().terms(of: fields)
        #expect(terms.frequency(of: "deploy", in: .adjacent) == 0)
        #expect(terms.lengths[.nearby] == 0)
    }
}
