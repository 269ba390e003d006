import Dispatch
import Foundation
import SentenceEncoder
import Synchronization
import Testing

struct SentenceEncoderTests {
    @Test func vectorsEqualTheReferencesOneByOne() throws {
        let encoder = try ModelFiles.encoder()
        let golden = try GoldenText.all()
        #expect(golden.count >= 200)
        for text in golden {
            let encodings = try encoder.encode([text.text])
            let encoding = try #require(encodings.first)
            #expect(encoding.vector.count == encoder.dimensions)
            #expect(cosine(encoding.vector, text.vector) >= 0.999_999, "\(text.note): \(text.text.prefix(40))")
            #expect(encoding.tokenCount == text.ids.count)
            #expect(encoding.truncated == text.truncated)
        }
    }

    @Test(arguments: [1, 2, 5])
    func vectorsEqualTheReferencesAllAtOnce(threads: Int) throws {
        let golden = try GoldenText.all().shuffled(seed: threads)
        let encodings = try ModelFiles.encoder().encode(golden.map(\.text), threads: threads)
        try #require(encodings.count == golden.count)
        for (encoding, text) in zip(encodings, golden) {
            #expect(cosine(encoding.vector, text.vector) >= 0.999_999, "\(text.note): \(text.text.prefix(40))")
            #expect(encoding.tokenCount == text.ids.count)
            #expect(encoding.truncated == text.truncated)
        }
    }

    @Test func vectorsHaveLengthOne() throws {
        for encoding in try ModelFiles.encoder().encode(["", "one", String(repeating: "many ", count: 400)]) {
            let square = encoding.vector.reduce(0.0) { $0 + Double($1) * Double($1) }
            #expect(abs(square - 1) < 1e-6)
        }
    }

    @Test func anEmptyTextIsTwoTokensAndNoTextsAreNoVectors() throws {
        let encoder = try ModelFiles.encoder()
        #expect(try encoder.encode([""]).map(\.tokenCount) == [2])
        #expect(try encoder.encode([], threads: 4).isEmpty)
    }

    @Test func truncationIsReportedAndTheRestHasNoEffect() throws {
        let encoder = try ModelFiles.encoder()
        let kept = String(repeating: "word ", count: 254)
        let encodings = try encoder.encode([kept, kept + "another ending"])
        #expect(encodings.map(\.tokenCount) == [256, 256])
        #expect(encodings.map(\.truncated) == [false, true])
        #expect(cosine(encodings[0].vector, encodings[1].vector) > 0.999_999)
        #expect(encoder.countTokens(kept + "more") == (256, true))
        #expect(encoder.countTokens("two words") == (4, false))
        #expect(encoder.maximumTokens == 256)
    }

    @Test func callsAtTheSameTimeDoNotDisturbEachOther() throws {
        let encoder = try ModelFiles.encoder()
        let golden = Array(try GoldenText.all().prefix(40))
        let failures = Mutex([String]())
        DispatchQueue.concurrentPerform(iterations: 8) { index in
            let mine = golden.shuffled(seed: index)
            let encodings = (try? encoder.encode(mine.map(\.text), threads: 2)) ?? []
            for (text, encoding) in zip(mine, encodings) where cosine(text.vector, encoding.vector) < 0.999_999 {
                failures.withLock { $0.append(text.text) }
            }
            if encodings.count != mine.count { failures.withLock { $0.append("call \(index) failed") } }
        }
        #expect(failures.withLock { $0 } == [])
    }

    @Test(arguments: [0, -1])
    func aThreadCountThatIsNotPositiveIsRefused(threads: Int) throws {
        let encoder = try ModelFiles.encoder()
        let error = #expect(throws: SentenceEncoderError.self) { try encoder.encode(["text"], threads: threads) }
        #expect(error?.code == .invalidArgument)
        #expect(error?.description == "invalidArgument: threads is \(threads)")
    }

    @Test func aFolderWithoutAModelIsUnreadable() {
        let error = #expect(throws: SentenceEncoderError.self) { try SentenceEncoder(modelDirectory: "/nonexistent") }
        #expect(error?.code == .unreadableFile)
        #expect(error?.cause != nil)
    }

    @Test func aVocabularyLargerThanTheWeightsIsRefused() throws {
        let directory = try ModelFiles.directory()
        var lines = [UInt8](try Data(contentsOf: URL(fileURLWithPath: "\(directory)/vocab.txt")))
        lines += Array("onemoretoken\n".utf8)
        let vocabulary = try Vocabulary(lines: lines)
        let file = try SafetensorsFile(path: "\(directory)/model.safetensors")
        let weights = try EncoderWeights(file: file, architecture: .miniLM)
        let error = #expect(throws: SentenceEncoderError.self) {
            try SentenceEncoder(weights: weights, vocabulary: vocabulary)
        }
        #expect(error?.code == .mismatchedVocabulary)
    }

    @Test func statesWithoutALengthGiveNoVector() {
        for number: Float in [0, .nan, .infinity] {
            let error = #expect(throws: SentenceEncoderError.self) {
                try Pooling.sentenceVector(of: Matrix([[number, 0], [0, 0]]))
            }
            #expect(error?.code == .nonFiniteVector)
        }
        #expect(throws: Never.self) { try Pooling.sentenceVector(of: Matrix([[3, 0], [0, 4]])) }
    }
}

extension Array {
    fileprivate func shuffled(seed: Int) -> [Element] {
        var generator = SeededGenerator(seed: UInt64(seed))
        return shuffled(using: &generator)
    }
}
