import LexicalSearch
import MemoryEngine
import MemoryModel
import MemoryTestSupport
import Testing

struct RankingTests {
    /// A candidate; a message where it has an author.
    private func candidate(
        _ number: UInt64,
        vector: Float? = nil,
        lexical: Float? = nil,
        importance: Float = 0.5,
        scope: (kind: String, id: String?) = ("global", nil),
        trust: Trust = .user,
        author: String? = nil,
        type: AuthorType = .human,
        thread: UInt64 = 1,
        position: Int64 = 0,
        day: String = "2026-03-01",
        invalidFrom: String? = nil,
        text: String? = nil,
        retirement: CandidateOutcome? = nil
    ) -> Candidate {
        let time = Timestamp("\(day)T12:00:00Z") ?? Timestamp(microseconds: 0)
        var candidate = Candidate(
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
                    author: author,
                    authorType: author == nil ? nil : type,
                    threadID: author == nil ? nil : Identifier(high: 7, low: thread),
                    position: author == nil ? nil : position,
                    importance: importance,
                    trust: trust,
                    validFrom: time,
                    invalidAt: invalidFrom.flatMap { Timestamp("\($0)T12:00:00Z") },
                    createdAt: time
                )
            ),
            vectorScore: vector,
            lexicalScore: lexical,
            retirement: retirement
        )
        candidate.outline = text.flatMap(outline(of:))
        return candidate
    }

    private func outline(of text: String) -> DocumentOutline? {
        guard let terms = try? Analyzer().terms(of: DocumentFields(text: text)) else { return nil }
        let index = LexicalIndex(analyzerSignature: 1)
        index.insert(1, terms)
        return index.outlines(of: [1]).first ?? nil
    }

    private func order(
        _ candidates: [Candidate],
        _ text: String = "what about the boat",
        place: QueryPlace = QueryPlace(),
        isPast: Bool = false,
        comparison: Ranking.Comparison = { _, others in others.map { _ in nil } }
    ) -> [UInt64] {
        let authors = Set(candidates.compactMap(\.record.author))
        let ranked = Ranking().ranked(
            candidates,
            question: Question(text, authors: authors),
            place: place,
            isPast: isPast,
            comparison: comparison
        )
        return ranked.map(\.record.sourceID.low)
    }

    @Test func whatOneLegAloneFoundStays() {
        let ranked = order([
            candidate(1, vector: 0.9), candidate(2, vector: 0.8), candidate(3, vector: 0.1), candidate(4, lexical: 12),
        ])
        #expect(Set(ranked) == [1, 2, 3, 4])
        #expect(ranked.last == 3)
    }

    @Test func agreementOfBothLegsWins() {
        let candidates = [
            candidate(1, vector: 0.9), candidate(2, vector: 0.8, lexical: 9), candidate(3, lexical: 10),
            candidate(4, vector: 0.2, lexical: 1),
        ]
        #expect(order(candidates).first == 2)
    }

    @Test func aLegsScoreIsNamedEvenWhereItIsNothing() {
        let ranked = Ranking().ranked(
            [candidate(1, lexical: 5), candidate(2, vector: 0, lexical: 4.9)],
            question: Question("boat"),
            place: QueryPlace()
        )
        #expect(ranked[0].scores["lexical"] == 1)
        #expect(ranked[0].scores["vector"] == nil)
        #expect(ranked[1].scores["lexical"] ?? 0 > 0.9)
        #expect(ranked[1].scores["vector"] == 0)
        #expect(ranked[0].scores["final"] == ranked[0].score)
    }

    @Test func whatIsNotInUseIsNoMeasureForWhatIs() {
        let ranked = Ranking().ranked(
            [candidate(1, lexical: 100, retirement: .superseded), candidate(2, lexical: 5)],
            question: Question("boat"),
            place: QueryPlace()
        )
        #expect(ranked.first { $0.retirement == nil }?.scores["lexical"] == 1)
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

    @Test func theBestOfAThreadAndOfTheSurroundingsLiftsOthers() {
        let candidates = [
            candidate(1, vector: 0.9, author: "Ana", thread: 1, position: 10),
            candidate(2, vector: 0.5, author: "Ana", thread: 2, position: 11),
            candidate(3, vector: 0.5, author: "Ana", thread: 1, position: 90),
            candidate(4, vector: 0.5, author: "Ana", thread: 1, position: 12),
        ]
        #expect(order(candidates) == [1, 4, 3, 2])
    }

    @Test func whomTheQuestionNamesSpeaks() {
        let candidates = [
            candidate(1, vector: 0.5, author: "Ana Lima", thread: 1),
            candidate(2, vector: 0.5, author: "Ben", thread: 2),
        ]
        #expect(order(candidates, "What does Ben like?").first == 2)
        #expect(order(candidates, "What does Ana like?").first == 1)
        #expect(order(candidates, "What does Benjamin like?").first == order(candidates, "What is liked?").first)
    }

    @Test func datesTimesNamesAndQuestionsCount() {
        let dates = [
            candidate(1, vector: 0.5, day: "2026-03-08"), candidate(2, vector: 0.5, day: "2026-05-20"),
            candidate(3, vector: 0.5, day: "2026-05-02"),
        ]
        #expect(order(dates, "What happened on 2 May 2026?") == [3, 2, 1])
        let times = [
            candidate(1, vector: 0.5, text: "we sail to the island"),
            candidate(2, vector: 0.5, text: "we sail next week"),
        ]
        #expect(order(times, "When do we sail?").first == 2)
        let names = [
            candidate(1, vector: 0.5, text: "it was the old man"),
            candidate(2, vector: 0.5, text: "it was old Kerstin"),
        ]
        #expect(order(names, "Who was it?").first == 2)
        let questions = [
            candidate(1, vector: 0.5, text: "was it the boat?"), candidate(2, vector: 0.5, text: "was on the boat"),
        ]
        #expect(order(questions).first == 2)
    }

    @Test func theAskerAndTheAnswererAreToldApart() {
        let candidates = [
            candidate(1, vector: 0.5, author: "Lena", thread: 1),
            candidate(2, vector: 0.5, author: "Aria", type: .agent, thread: 2),
        ]
        #expect(order(candidates, "What am I allergic to? my tablets").first == 1)
        #expect(order(candidates, "Which van did you suggest?").first == 2)
    }

    @Test func messagesAndItemsThatSayTheSameLiftEachOther() {
        let candidates = [
            candidate(1, vector: 0.9), candidate(2, vector: 0.4, author: "Ana", thread: 1),
            candidate(3, vector: 0.45, author: "Ana", thread: 2),
        ]
        let ranked = order(candidates) { anchor, others in
            others.map { Likeness(Set([anchor.record.sourceID.low, $0.record.sourceID.low]) == [1, 2] ? 0.9 : 0.1) }
        }
        #expect(ranked == [1, 2, 3])
    }

    @Test func whatWasSaidWhenAnItemWasWrittenIsItsLikelierCompanion() {
        let candidates = [
            candidate(1, vector: 0.9, day: "2026-03-01"),
            candidate(2, vector: 0.4, author: "Ana", thread: 1, day: "2026-03-02"),
            candidate(3, vector: 0.4, author: "Ana", thread: 2, day: "2026-05-02"),
        ]
        let ranked = order(candidates) { _, others in others.map { _ in Likeness(0.6) } }
        #expect(ranked == [1, 2, 3])
        let unlike = order(candidates) { _, others in others.map { _ in Likeness(0.3) } }
        #expect(unlike == [1, 3, 2], "the newer of what is alike otherwise")
    }

    @Test func anItemAnswersWhatTheOneItReplacesAnswered() {
        let candidates = [
            candidate(
                1,
                vector: 0.9,
                lexical: 9,
                day: "2026-03-01",
                invalidFrom: "2026-04-01",
                retirement: .superseded
            ),
            candidate(2, vector: 0.2, day: "2026-04-01"), candidate(3, vector: 0.5, day: "2026-05-01"),
        ]
        #expect(order(candidates).prefix(1) != [3], "the replaced one is ranked, and told apart, by who asks")
        let inUse = order(candidates).filter { $0 != 1 }
        #expect(inUse == [2, 3])
        #expect(order(candidates.filter { $0.retirement == nil }) == [3, 2])
    }

    @Test func aMessageThatSaysWhatWasReplacedIsOutOfDateUnlessWhatWasIsAsked() {
        let candidates = [
            candidate(
                1,
                vector: 0.9,
                day: "2026-03-01",
                invalidFrom: "2026-04-01",
                retirement: .superseded
            ),
            candidate(2, vector: 0.6, day: "2026-04-01"),
            candidate(3, vector: 0.6, author: "Ana", thread: 1, day: "2026-03-01"),
            candidate(4, vector: 0.55, author: "Ana", thread: 2, day: "2026-04-01"),
        ]
        let alike: Ranking.Comparison = { anchor, others in
            others.map { other in
                let pair = Set([anchor.record.sourceID.low, other.record.sourceID.low])
                return Likeness(pair == [1, 3] || pair == [2, 4] ? 0.9 : 0.5)
            }
        }
        #expect(order(candidates, comparison: alike).filter { $0 > 2 } == [4, 3])
        let past = Ranking().ranked(
            candidates,
            question: Question("what was the limit"),
            place: QueryPlace(),
            comparison: alike
        )
        #expect(past.allSatisfy { $0.scores["outdated"] == nil })
    }

    @Test func eachFurtherMessageOfAThreadIsWorthLess() {
        let candidates = [
            candidate(1, vector: 0.9, author: "Ana", thread: 1, position: 1),
            candidate(2, vector: 0.62, author: "Ana", thread: 1, position: 40),
            candidate(3, vector: 0.61, author: "Ana", thread: 1, position: 80),
            candidate(4, vector: 0.8, author: "Ana", thread: 2, position: 1),
        ]
        var ranking = Ranking()
        let place = QueryPlace()
        let crowded = ranking.ranked(candidates, question: Question("boat"), place: place)
        #expect(crowded.map { $0.scores["crowded"] ?? 0 }.filter { $0 > 0 }.count == 2)
        ranking.weights[.crowded] = -5
        let spread = ranking.ranked(candidates, question: Question("boat"), place: place)
        #expect(spread.prefix(2).map(\.record.sourceID.low) == [1, 4])
    }

    @Test func whatIsNewerOnTheSameMatterComesFirstWhereWhatIsCurrentIsAsked() {
        let candidates = [
            candidate(1, vector: 0.55, day: "2026-03-01", text: "the limit is 30"),
            candidate(2, vector: 0.42, day: "2026-04-01", text: "the limit is 45"),
            candidate(3, vector: 0.41, day: "2026-05-01", text: "the boat is 12"),
        ]
        let alike: Ranking.Comparison = { anchor, others in
            others.map { Likeness(Set([anchor.record.sourceID.low, $0.record.sourceID.low]) == [1, 2] ? 0.8 : 0.1) }
        }
        #expect(order(candidates, "What is the limit NOW?", comparison: alike).first == 2)
        #expect(order(candidates, "What is the limit?", comparison: alike).first == 2)
        #expect(order(candidates, "What was the limit?", comparison: alike).first == 1)
        #expect(order(candidates, "What is the limit NOW?", isPast: true, comparison: alike).first == 1)
        #expect(order(candidates, "What is the limit NOW?").first == 1)
    }

    @Test func whereTheEncoderDoesNotReadTheLanguageWordsSayWhatIsAboutTheSame() {
        var ranking = Ranking()
        ranking.readsLatinOnly = true
        let candidates = [
            candidate(1, vector: 0.5, lexical: 6, author: "王", position: 1, text: "拿铁二十八元"),
            candidate(
                2,
                vector: 0.5,
                lexical: 5.6,
                author: "王",
                position: 2,
                day: "2026-04-01",
                text: "拿铁改成三十元"
            ),
            candidate(
                3,
                vector: 0.5,
                lexical: 5.6,
                author: "王",
                thread: 2,
                day: "2026-05-01",
                text: "拿铁三杯"
            ),
        ]
        let now = ranking.ranked(candidates, question: Question("现在拿铁多少钱？"), place: QueryPlace())
        #expect(now.first?.record.sourceID.low == 2)
        let past = ranking.ranked(candidates, question: Question("以前拿铁多少钱？"), place: QueryPlace())
        #expect(past.first?.record.sourceID.low == 1)
    }

    @Test func aLanguageThatTheEncoderDoesNotReadIsLeftToWords() {
        var ranking = Ranking()
        ranking.readsLatinOnly = true
        let candidates = [candidate(1, vector: 0.9, lexical: 4), candidate(2, vector: 0.3, lexical: 6)]
        let ranked = ranking.ranked(candidates, question: Question("Когда поезд?"), place: QueryPlace())
        #expect(ranked.first?.record.sourceID.low == 2)
        #expect(ranked.first?.scores["vector"] == 0)
    }
}

extension Likeness {
    fileprivate init(_ value: Float) { self.init(whole: value, nearest: value) }
}
