import EmbeddingProviders
import Testing

struct BatchAndAnswerTests {
    @Test(arguments: [1, 2, 3] as [UInt64])
    func plansCoverAllTextsInOrderWithinTheLimits(seed: UInt64) {
        var state = seed
        func next(_ bound: UInt64) -> Int {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int((state >> 33) % bound)
        }
        for _ in 0..<200 {
            let texts = (0..<next(60)).map { _ in String(repeating: "x", count: next(90)) }
            let limits = BatchLimits(texts: 1 + next(9), tokens: 1 + next(60))
            let ranges = BatchPlan.ranges(of: texts, limits: limits)
            #expect(ranges.flatMap { Array($0) } == Array(texts.indices))
            for range in ranges {
                let tokens = texts[range].reduce(0) { $0 + BatchPlan.estimatedTokens(of: $1) }
                #expect(range.count <= limits.texts)
                #expect(tokens <= limits.tokens || range.count == 1)
            }
        }
    }

    @Test func vectorsAreSortedAndNormalised() throws {
        let vectors = try AnswerCheck.vectors([(1, [0, 2]), (0, [3, 4])], count: 2, dimensions: 2)
        #expect(vectors == [[0.6, 0.8], [0, 1]])
        let huge = Float.greatestFiniteMagnitude
        #expect(try AnswerCheck.vectors([(nil, [huge, 0])], count: 1, dimensions: 2) == [[1, 0]])
    }

    @Test func faultsAreToldApart() {
        func kind(_ parts: [AnswerCheck.Part], count: Int = 2) -> AnswerFault.Kind? {
            do throws(AnswerFault) {
                _ = try AnswerCheck.vectors(parts, count: count, dimensions: 2)
                return nil
            } catch {
                return error.kind
            }
        }
        #expect(kind([(0, [1, 0])]) == .wrongCount)
        #expect(kind([(0, [1, 0]), (0, [1, 0])]) == .wrongOrder)
        #expect(kind([(0, [1, 0]), (nil, [1, 0])]) == .wrongOrder)
        #expect(kind([(0, [1, 0]), (2, [1, 0])]) == .wrongOrder)
        #expect(kind([(0, [1, 0]), (1, [1])]) == .wrongDimension)
        #expect(kind([(0, [1, 0]), (1, [.nan, 1])]) == .notFinite)
        #expect(kind([(0, [1, 0]), (1, [-.infinity, 1])]) == .notFinite)
        #expect(kind([(0, [1, 0]), (1, [0, 0])]) == .noDirection)
        #expect(kind([], count: 0) == nil)
    }
}
