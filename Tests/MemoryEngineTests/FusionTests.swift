import MemoryEngine
import MemoryModel
import MemoryTestSupport
import Testing

@Suite struct FusionTests {
    private func candidate(
        _ number: UInt64,
        vector: Float? = nil,
        lexical: Float? = nil,
        importance: Float = 0.5,
        scope: (kind: String, id: String?) = ("global", nil),
        trust: Trust = .user,
        validFrom: Int64 = 0
    ) -> Candidate {
        Candidate(
            collectionID: Identifier(high: 0, low: 1),
            record: EntryRecord(
                sourceID: Identifier(high: 0, low: number),
                version: 1,
                seq: 1,
                hasVector: true,
                attributes: EntryAttributes(
                    scopeKind: scope.kind,
                    scopeID: scope.id,
                    source: "web",
                    importance: importance,
                    trust: trust,
                    validFrom: Timestamp(microseconds: validFrom),
                    createdAt: Timestamp(microseconds: 0)
                )
            ),
            vectorScore: vector,
            lexicalScore: lexical
        )
    }

    private func order(_ candidates: [Candidate], place: QueryPlace = QueryPlace(), current: Bool = false) -> [UInt64] {
        Fusion().ranked(candidates, place: place, asksForCurrent: current).map(\.record.sourceID.low)
    }

    @Test func whatOneLegAloneFoundStays() {
        let candidates = [
            candidate(1, vector: 0.9), candidate(2, vector: 0.8), candidate(3, vector: 0.1), candidate(4, lexical: 12),
        ]
        let ranked = order(candidates)
        #expect(Set(ranked) == [1, 2, 3, 4])
        #expect(ranked.prefix(2).contains(4))
    }

    @Test func agreementOfBothLegsWins() {
        let candidates = [
            candidate(1, vector: 0.9), candidate(2, vector: 0.8, lexical: 9), candidate(3, lexical: 10),
            candidate(4, vector: 0.2, lexical: 1),
        ]
        #expect(order(candidates).first == 2)
    }

    @Test func fewMatchesOfWordsAreNotSpreadToNothing() {
        let scores = Fusion().ranked(
            [candidate(1, lexical: 5), candidate(2, lexical: 4.9)],
            place: QueryPlace(),
            asksForCurrent: false
        ).map { $0.scores["lexical"] ?? 0 }
        #expect(scores[0] == 1)
        #expect(scores[1] > 0.9)
    }

    @Test func nearScopesImportanceAndTrustOrderWhatIsAlike() {
        let here = QueryPlace(channel: "c", thread: "t", task: "k")
        let scopes = [
            candidate(1, vector: 0.5), candidate(2, vector: 0.5, scope: ("channel", "c")),
            candidate(3, vector: 0.5, scope: ("thread", "t")), candidate(4, vector: 0.5, scope: ("task", "k")),
        ]
        #expect(order(scopes, place: here) == [4, 3, 2, 1])
        #expect(
            order([candidate(1, vector: 0.5, importance: 0.2), candidate(2, vector: 0.5, importance: 0.9)]) == [2, 1]
        )
        #expect(
            order([candidate(1, vector: 0.5, trust: .unknown), candidate(2, vector: 0.5, trust: .operator)]) == [2, 1]
        )
    }

    @Test func recencyCountsOnlyWhereTheQuestionAsksForWhatIsCurrent() {
        let candidates = [
            candidate(1, vector: 0.55, validFrom: 1), candidate(2, vector: 0.5, validFrom: 1_000),
            candidate(3, vector: 0),
        ]
        #expect(order(candidates).first == 1)
        #expect(order(candidates, current: true).first == 2)
        #expect(CurrencyCue.isPresent(in: "What is the limit NOW?"))
        #expect(!CurrencyCue.isPresent(in: "Who knows about snow?"))
    }
}
