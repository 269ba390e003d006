import MemoryEngine
import MemoryModel
import Testing

struct QuestionTests {
    @Test(
        arguments: [
            ("When do we sail?", .asksWhen), ("Wann fährt der Zug?", .asksWhen),
            ("Когда отправляется наш поезд?", .asksWhen),
            ("几点开门？", .asksWhen), ("Who has it?", .asksForName), ("谁负责？", .asksForName),
            ("What am I allergic to?", .isAboutAsker), ("Was ist mein Passwort?", .isAboutAsker),
            ("Which van did you suggest?", .isAboutAnswerer), ("What is the limit NOW?", .asksForCurrent),
            ("Qui ouvre en ce moment ?", .asksForCurrent), ("现在一杯拿铁卖多少钱？", .asksForCurrent),
            ("What was the limit?", .asksForPast),
        ] as [(String, QuestionCues)]
    )
    func cuesAreRead(question: String, cue: QuestionCues) {
        #expect(QuestionCues(question).contains(cue))
    }

    @Test func wordsThatMerelyHoldACueAreNone() {
        #expect(!QuestionCues("Who knows about snow?").contains(.asksForCurrent))
        #expect(!QuestionCues("Tell me what happens on it when she sings").contains(.asksWhen))
        #expect(!QuestionCues("Is it in Miami?").contains(.isAboutAsker))
        #expect(QuestionCues("").isEmpty)
    }

    @Test(
        arguments: [
            ("What happened on 2 May 2026?", 1, 0.5, 0), ("in may", 1, 1, 0), ("may I go?", 0, 0, 0),
            ("in 2026", 1, 1, 1),
            ("in 2025", 0, 0, 0), ("2026-05-02", 1, 0.5, 0), ("am 2. Mai", 1, 0.5, 0), ("in two days", 0, 0, 0),
        ] as [(String, Float, Float, Float)]
    )
    func datesAreMatched(question: String, first: Float, second: Float, third: Float) throws {
        let dates = QuestionDates(question)
        let times = try ["2026-05-02T10:00:00Z", "2026-05-20T10:00:00Z", "2026-06-02T10:00:00Z"].map {
            try #require(Timestamp($0))
        }
        #expect(times.map(dates.match) == [first, second, third])
    }

    @Test(arguments: [
        ("What is Maya's plan?", "What is my plan?"), ("Does Maya Okafor know?", "Does I know?"),
        ("Is Mayan art old?", "Is Mayan art old?"), ("maya", "maya"), ("Did Jo say so?", "Did Jo say so?"),
        ("小周现在上哪个班？", "I现在上哪个班？"),
    ])
    func authorsSpeakInTheFirstPerson(question: String, expected: String) {
        let mention = AuthorMention(question, authors: ["Maya Okafor", "Jo", "小周"])
        #expect(mention.inFirstPerson == expected)
        #expect(mention.authors.isEmpty == (question == expected))
    }

    @Test func aQuestionThatMayNameSomebodyIsToldByItsLooks() {
        #expect(AuthorMention.isLikely(in: "What does Ana like?"))
        #expect(AuthorMention.isLikely(in: "小周现在上哪个班？"))
        #expect(!AuthorMention.isLikely(in: "What is the limit?"))
        #expect(!AuthorMention.isLikely(in: ""))
    }

    @Test func theForeignShareCountsLettersOnly() {
        #expect(Question("Where is 12?").foreignShare == 0)
        #expect(Question("Когда?").foreignShare == 1)
        #expect(Question("").foreignShare == 0)
        #expect(abs(Question("ab вг").foreignShare - 0.5) < 0.001)
    }
}
