import MemoryModel
import MemoryTestSupport
import Testing

@Suite struct IdentifierTests {
    @Test func textFormsOfRandomIdentifiersReadBack() throws {
        var generator = SeededGenerator(seed: 1)
        for _ in 0..<1_000 {
            let id = Identifier<Message>(high: generator.next(), low: generator.next())
            #expect(Identifier<Message>(id.description) == id)
            #expect(Identifier<Message>(id.description.uppercased()) == id)
        }
    }

    @Test(arguments: [
        "", "0", "00000000-0000-0000-0000-00000000000", "00000000-0000-0000-0000-0000000000000",
        "0000000000000-0000-0000-000000000000", "g0000000-0000-0000-0000-000000000000",
        "00000000_0000_0000_0000_000000000000", "{0000000-0000-0000-0000-000000000000",
        "０0000000-0000-0000-0000-0000000000",
    ])
    func anyOtherTextIsRefused(_ text: String) {
        #expect(Identifier<Message>(text) == nil)
    }

    @Test func generatedIdentifiersRiseStrictlyWhateverTheClockDoes() {
        let clock = ManualClock()
        let identifiers = IdentifierGenerator(clock: clock, random: SeededGenerator(seed: 2))
        var generator = SeededGenerator(seed: 3)
        var last: Identifier<Message> = identifiers.next()
        for _ in 0..<20_000 {
            if Int.random(in: 0..<50, using: &generator) == 0 {
                clock.advance(bySeconds: Int64.random(in: -5...5, using: &generator))
            }
            let next: Identifier<Message> = identifiers.next()
            #expect(next > last)
            #expect(next.high >> 12 & 0xF == 7, "version 7")
            #expect(next.low >> 62 == 2, "the variant of RFC 9562")
            last = next
        }
    }
}
